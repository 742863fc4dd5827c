"""Answers that come in pieces."""

from asgiref.sync import async_to_sync
from django.http import StreamingHttpResponse


@async_to_sync
async def body_of(answer: StreamingHttpResponse) -> bytes:
    return b"".join([piece async for piece in answer.streaming_content])
