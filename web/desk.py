"""Questions that come one by one, answered many at a time: as they pile up, so they share a look-up."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

MOST_AT_ONCE = 200


class Desk(Generic[Question, Answer]):
    """``await desk.ask(question)``. While some are being answered, those that come wait for the next turn."""

    def __init__(self, answer_many: Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]]) -> None:
        self.answer_many = answer_many
        self.waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
        self.work: asyncio.Task[None] | None = None

    async def ask(self, question: Question) -> Answer:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.waiting.append((question, answer))
        if self.work is None or self.work.done():
            self.work = asyncio.create_task(self.answer_all())
        return await answer

    async def answer_all(self) -> None:
        while self.waiting:
            batch, self.waiting = self.waiting[:MOST_AT_ONCE], self.waiting[MOST_AT_ONCE:]
            try:
                answers = await self.answer_many([question for question, _ in batch])
            except Exception as error:  # whoever asked is told of it
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            for (_, answer), given in zip(batch, answers, strict=True):
                if not answer.done():  # the one who asked may have left
                    answer.set_result(given)
