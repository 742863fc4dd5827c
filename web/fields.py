"""Model fields without a domain."""

from django.db import models


class OrderedJSONField(models.JSONField):
    """JSON that keeps the order of its keys: PostgreSQL's ``jsonb``, Django's choice, sorts them."""

    def db_type(self, connection) -> str:
        return "json" if connection.vendor == "postgresql" else super().db_type(connection)
