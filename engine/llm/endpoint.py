"""Where a language model answers."""

from dataclasses import dataclass, field

import httpx


@dataclass(frozen=True, slots=True)
class Llm:
    """A model behind an OpenAI-compatible Chat API. ValueError for an address that can't be one."""

    base_url: str
    """What stands before ``/chat/completions``, such as ``https://llm.example.org/v1``."""
    model: str
    key: str = field(default="", repr=False)
    price_in: float = 0.0
    """US dollars for a million tokens that are sent; 0 where nothing is known of it."""
    price_out: float = 0.0
    """US dollars for a million tokens that are answered."""

    def __post_init__(self) -> None:
        try:
            url = httpx.URL(self.base_url)
        except httpx.InvalidURL:
            url = httpx.URL("")
        if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query:
            raise ValueError(
                "The address of the language model has to look like https://llm.example.org/v1, "
                "without a password or a query in it."
            )
        if not self.model:
            raise ValueError("The language model has no name. Say which model of the endpoint is to be used.")
        if not (self.key.isascii() and self.key.isprintable()):
            raise ValueError("The key of the language model holds characters that no key has.")

    @property
    def url(self) -> str:
        return f"{self.base_url.rstrip('/')}/chat/completions"

    @property
    def host(self) -> str:
        return httpx.URL(self.base_url).host

    @property
    def headers(self) -> dict[str, str]:
        bearer = {"authorization": f"Bearer {self.key}"} if self.key else {}
        return {"user-agent": "Groundwork", "accept-encoding": "identity", **bearer}

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """US dollars."""
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1_000_000

    def without_key(self, text: str) -> str:
        """Text of the endpoint as it may be shown: it sometimes repeats the key that it refuses."""
        return text.replace(self.key, "…") if self.key else text
