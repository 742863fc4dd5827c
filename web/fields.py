"""Model fields without a domain."""

from typing import Any

from django.db import models


class OrderedJSONField(models.JSONField):
    """JSON that keeps the order of its keys: PostgreSQL's ``jsonb``, Django's choice, sorts them."""

    def db_type(self, connection) -> str:
        return "json" if connection.vendor == "postgresql" else super().db_type(connection)

    def select_format(self, compiler, sql: str, params: Any) -> tuple[str, Any]:
        """Read as text: psycopg would parse ``json`` by itself, and Django parse it a second time."""
        if compiler.connection.vendor == "postgresql":
            sql = f"{sql}::text"
        return sql, params
