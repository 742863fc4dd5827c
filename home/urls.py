from django.urls import path

from home.views.health import health
from home.views.home import home
from home.views.library import library, library_page
from home.views.settings import account, revoke, settings, tokens
from home.views.webhooks import delivery, redeliver, rotate_secret, show_secret, webhooks

app_name = "home"
urlpatterns = [
    path("", home, name="home"),
    path("settings/", settings, name="settings"),
    path("settings/account/", account, name="account"),
    path("settings/tokens/", tokens, name="tokens"),
    path("settings/tokens/<int:token_id>/revoke/", revoke, name="revoke_token"),
    path("settings/webhooks/", webhooks, name="webhooks"),
    path("settings/webhooks/secret/", show_secret, name="webhook_secret"),
    path("settings/webhooks/secret/rotate/", rotate_secret, name="rotate_webhook_secret"),
    path("settings/webhooks/<uuid:run_id>/", delivery, name="delivery"),
    path("settings/webhooks/<uuid:run_id>/redeliver/", redeliver, name="redeliver"),
    path("library/", library, name="library"),
    path("library/<slug:slug>/", library_page, name="library_page"),
    path("healthz", health, name="health"),
]
