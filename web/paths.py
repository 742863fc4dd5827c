"""Addresses that several rooms know."""

API = ("/v1/", "/v1beta/")
"""Below these, scripts ask."""
WEBHOOKS_IN = "/webhooks/parallel"
"""Where a hosted provider tells of its runs."""
