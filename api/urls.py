from django.urls import path

from api import views

app_name = "api"
urlpatterns = [
    path("tasks/runs", views.create, name="create"),
    path("tasks/runs/<str:run_id>", views.retrieve, name="retrieve"),
    path("tasks/runs/<str:run_id>/input", views.sent_input, name="input"),
    path("tasks/runs/<str:run_id>/result", views.result, name="result"),
]
