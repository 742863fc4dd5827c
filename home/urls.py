from django.urls import path

from home.views.health import health
from home.views.home import account, home
from home.views.library import library, library_page

app_name = "home"
urlpatterns = [
    path("", home, name="home"),
    path("settings/account/", account, name="account"),
    path("library/", library, name="library"),
    path("library/<slug:slug>/", library_page, name="library_page"),
    path("healthz", health, name="health"),
]
