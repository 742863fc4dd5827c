"""The engine's tables live in a database of their own, so that indexing never blocks a click."""

from typing import Any

from django.db.models import Model

APP = ALIAS = "engine"


class EngineRouter:
    """App `engine` reads, writes and migrates on alias `engine`; nothing else does."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return ALIAS if model._meta.app_label == APP else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        return ALIAS if model._meta.app_label == APP else None

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool | None:
        ours = {one._meta.app_label == APP, other._meta.app_label == APP}
        return None if ours == {False} else ours == {True}

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        if db == ALIAS or app_label == APP:
            return db == ALIAS and app_label == APP
        return None
