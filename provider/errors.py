"""What can go wrong when a provider is asked. The class says what to do next."""

from typing import Any


class Failed(Exception):
    """A request that gave no usable answer. The text is a sentence for the user."""


class Refused(Failed):
    """A definite no: nothing was done, and asking the same again would be refused again."""

    def __init__(self, sentence: str, code: int, detail: Any = None, *, in_envelope: bool = True) -> None:
        super().__init__(sentence)
        self.in_envelope = in_envelope
        """Whether the answer is an error as this API has them; anything else may have answered."""
        self.code = code
        """The HTTP status of the answer."""
        self.detail = detail
        """What the answer says about the places that are wrong, as it came; None if it says nothing."""


class KeyRefused(Refused):
    """The key is missing, wrong or revoked (401)."""


class NoCredit(Refused):
    """The account can't pay for this now (402)."""


class Later(Failed):
    """A definite "not now": nothing was done, and it may be asked again."""

    def __init__(self, sentence: str, after: float | None = None) -> None:
        super().__init__(sentence)
        self.after = after
        """Seconds that the provider asked to wait; None if it named no time."""


class Unreachable(Later):
    """No connection came about, so nothing was sent."""


class Doubtful(Failed):
    """It may have arrived and may have been carried out: find out before it is sent again."""


class Unreadable(Doubtful):
    """An answer came that does not say what the API says."""


class StreamError(Unreadable):
    """The provider itself says on a stream that it has failed."""
