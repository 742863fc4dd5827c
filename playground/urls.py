from django.urls import path

from playground.views.chat import answer, chat, stop
from playground.views.helping import check, sample, snippets
from playground.views.playground import draft, input_form, playground, run

app_name = "playground"
urlpatterns = [
    path("", playground, name="playground"),
    path("run/", run, name="run"),
    path("draft/", draft, name="draft"),
    path("input-form/", input_form, name="input_form"),
    path("check/", check, name="check"),
    path("sample/", sample, name="sample"),
    path("snippets/", snippets, name="snippets"),
]

chat_patterns = (
    [
        path("", chat, name="chat"),
        path("answer/", answer, name="answer"),
        path("<str:run_id>/stop/", stop, name="stop"),
    ],
    "chat",
)
