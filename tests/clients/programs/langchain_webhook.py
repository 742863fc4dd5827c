"""LangChain's check of a webhook: its headers and body are read from the arguments."""

import sys

from langchain_parallel import verify_webhook
from telling import tell

event_id, timestamp, signature, secret, body = sys.argv[1:]
signed = {"webhook_id": event_id, "webhook_timestamp": timestamp, "webhook_signature": signature}
tell(
    genuine=verify_webhook(body.encode(), **signed, secret=secret),
    changed=verify_webhook(body.replace("completed", "failed").encode(), **signed, secret=secret),
    stranger=verify_webhook(body.encode(), **signed, secret="whsec_c3RyYW5nZXI="),
)
