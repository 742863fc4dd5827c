"""A bare Django view with one query, served as our pages are: what benchmarks compare a page with."""

import os

import django
from django.http import HttpRequest, HttpResponse
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402

from runs.models import Run  # noqa: E402


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{Run.objects.newest_first().values_list('pk', flat=True).first()}")


settings.ROOT_URLCONF = __name__
urlpatterns = [path("", bare)]
application = get_asgi_application()
