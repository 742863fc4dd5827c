"""The only place that knows the environment and joins the rooms."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
