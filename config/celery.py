"""The task queue. Its messages only wake workers up; what is to be done stands in the tables."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("groundwork")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["dispatch"])

app.steps["worker"].add("dispatch.bootstep:DispatchStep")  # by name: Django is not set up yet
