from django.urls import path

from teams import views

app_name = "teams"
urlpatterns = [
    path("link/<str:secret>/", views.link, name="link"),
    path("welcome/", views.welcome, name="welcome"),
]
