"""Every address of an installation, room by room."""

from allauth.account import views as accounts
from django.urls import include, path

from playground.urls import chat_patterns
from runs.urls import batch_patterns
from teams.views import welcome

urlpatterns = [
    path("", include("home.urls")),
    path("playground/", include("playground.urls")),
    path("runs/", include("runs.urls")),
    path("batches/", include(batch_patterns)),
    path("chat/", include(chat_patterns)),
    path("accounts/", include("teams.urls")),
    path("accounts/login/", accounts.login, name="account_login"),
    path("accounts/logout/", accounts.logout, name="account_logout"),
    path("accounts/password/set/", welcome, name="account_set_password"),
    path("accounts/password/change/", accounts.password_change, name="account_change_password"),
    path("", include("api.urls")),
]
handler400 = "home.views.errors.bad_request"
handler403 = "home.views.errors.forbidden"
handler404 = "home.views.errors.not_found"
handler500 = "home.views.errors.server_error"
