"""Model fields without a domain."""

import json
from typing import Any

from django.db import models


class OrderedJSONField(models.JSONField):
    """JSON that keeps the order of its keys: PostgreSQL's ``jsonb``, Django's choice, sorts them."""

    def db_type(self, connection) -> str:
        return "json" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_db_prep_value(self, value: Any, connection, prepared: bool = False) -> Any:
        """Sent as text: Django's own way goes through ``jsonb``, and that is where the order is lost."""
        if connection.vendor != "postgresql" or value is None or hasattr(value, "resolve_expression"):
            return super().get_db_prep_value(value, connection, prepared)
        return json.dumps(value, cls=self.encoder)

    def select_format(self, compiler, sql: str, params: Any) -> tuple[str, Any]:
        """Read as text: psycopg would parse ``json`` by itself, and Django parse it a second time."""
        if compiler.connection.vendor == "postgresql":
            sql = f"{sql}::text"
        return sql, params
