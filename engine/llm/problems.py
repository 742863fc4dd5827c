"""Why a language model gave no answer. Each is a sentence that can be shown; none holds a key."""


class LlmProblem(Exception):
    pass


class Away(LlmProblem):
    """It can't be reached, broke off, or took too long."""


class Later(LlmProblem):
    """It asks to be left alone for a while, or fails for a reason of its own that may pass."""

    def __init__(self, sentence: str, after: float) -> None:
        super().__init__(sentence)
        self.after = after
        """Seconds to wait before asking again."""


class Declined(LlmProblem):
    """It takes no such request: the key, the model's name or the request itself is not to its liking."""

    def __init__(self, sentence: str, status: int, said: str) -> None:
        super().__init__(sentence)
        self.status, self.said = status, said


class Unusable(LlmProblem):
    """It answered, but with nothing that can be used."""


class Spent(LlmProblem):
    """The budget of the run is used up."""
