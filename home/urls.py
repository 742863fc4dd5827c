from django.urls import path

from home.views.confidence import confidence
from home.views.health import health
from home.views.home import home
from home.views.library import library, library_page
from home.views.providers import (
    drop_provider,
    new_provider,
    provider,
    providers,
    retry_provider,
    use_provider,
)
from home.views.settings import account, revoke, settings, tokens
from home.views.source import (
    drop_source,
    new_source,
    pause_source,
    recrawl_source,
    resume_source,
    schedule_source,
    source,
)
from home.views.sources import sources
from home.views.stored import source_file, stored_page
from home.views.webhooks import delivery, redeliver, rotate_secret, show_secret, webhooks

app_name = "home"
urlpatterns = [
    path("", home, name="home"),
    path("settings/", settings, name="settings"),
    path("settings/account/", account, name="account"),
    path("settings/providers/", providers, name="providers"),
    path("settings/providers/new/", new_provider, name="new_provider"),
    path("settings/providers/<slug:slug>/", provider, name="provider"),
    path("settings/providers/<slug:slug>/use/", use_provider, name="use_provider"),
    path("settings/providers/<slug:slug>/retry/", retry_provider, name="retry_provider"),
    path("settings/providers/<slug:slug>/remove/", drop_provider, name="drop_provider"),
    path("settings/tokens/", tokens, name="tokens"),
    path("settings/tokens/<int:token_id>/revoke/", revoke, name="revoke_token"),
    path("settings/webhooks/", webhooks, name="webhooks"),
    path("settings/webhooks/secret/", show_secret, name="webhook_secret"),
    path("settings/webhooks/secret/rotate/", rotate_secret, name="rotate_webhook_secret"),
    path("settings/webhooks/<uuid:run_id>/", delivery, name="delivery"),
    path("settings/webhooks/<uuid:run_id>/redeliver/", redeliver, name="redeliver"),
    path("sources/", sources, name="sources"),
    path("sources/new/", new_source, name="new_source"),
    path("sources/confidence/", confidence, name="confidence"),
    path("sources/<int:source_id>/", source, name="source"),
    path("sources/<int:source_id>/recrawl/", recrawl_source, name="recrawl_source"),
    path("sources/<int:source_id>/pause/", pause_source, name="pause_source"),
    path("sources/<int:source_id>/resume/", resume_source, name="resume_source"),
    path("sources/<int:source_id>/schedule/", schedule_source, name="schedule_source"),
    path("sources/<int:source_id>/remove/", drop_source, name="drop_source"),
    path("sources/files/<slug:digest>/<str:name>", source_file, name="source_file"),
    path("sources/pages/<int:page_id>/", stored_page, name="stored_page"),
    path("library/", library, name="library"),
    path("library/<slug:slug>/", library_page, name="library_page"),
    path("healthz", health, name="health"),
]
