"""Whether a provider can be reached with a key, found out on the spot."""

import asyncio

from provider.address import check_base_url
from provider.client import Client
from provider.errors import Failed, KeyRefused

__all__ = ["check_base_url", "fault_of_connection"]

PATIENCE_SECONDS = 10.0


def fault_of_connection(base_url: str, key: str) -> str:
    """Empty if the provider answers and takes the key, else a sentence that says what to change."""
    return asyncio.run(tried(base_url, key))


async def tried(base_url: str, key: str) -> str:
    try:
        async with Client(base_url, key, call_seconds=PATIENCE_SECONDS) as client:
            await client.check()
    except KeyRefused:
        return "The provider refuses this key. Check that it is whole and not revoked."
    except (Failed, ValueError) as error:
        return f"{error} Check the address." if str(error) else "The provider refused the request."
    return ""
