import asyncio

import pytest

from tests.web.world import in_loop
from web.desk import MOST_AT_ONCE, Desk


class Clerk:
    """Doubles numbers, and remembers which it was given together."""

    def __init__(self) -> None:
        self.turns: list[list[int]] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def answer(self, numbers: list[int]) -> list[int]:
        self.turns.append(list(numbers))
        await self.may_go_on.wait()
        if 13 in numbers:
            raise RuntimeError("not this one")
        return [2 * number for number in numbers]


@in_loop
async def test_each_question_gets_its_own_answer():
    desk = Desk(Clerk().answer)
    assert await asyncio.gather(*(desk.ask(number) for number in (3, 1, 2))) == [6, 2, 4]


@in_loop
async def test_what_is_asked_meanwhile_is_answered_together():
    clerk = Clerk()
    desk = Desk(clerk.answer)
    clerk.may_go_on.clear()
    first = asyncio.create_task(desk.ask(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.create_task(desk.ask(number)) for number in (2, 3)]
    await asyncio.sleep(0)
    clerk.may_go_on.set()
    assert await asyncio.gather(first, *others) == [2, 4, 6]
    assert clerk.turns == [[1], [2, 3]]


@in_loop
async def test_no_turn_is_longer_than_its_limit():
    clerk = Clerk()
    desk = Desk(clerk.answer)
    await asyncio.gather(*(desk.ask(100) for _ in range(MOST_AT_ONCE + 1)))
    assert [len(turn) for turn in clerk.turns] == [MOST_AT_ONCE, 1]


@in_loop
async def test_a_turn_that_fails_tells_all_who_asked_and_the_next_goes_on():
    desk = Desk(Clerk().answer)
    failed = await asyncio.gather(desk.ask(13), desk.ask(1), return_exceptions=True)
    assert [str(each) for each in failed] == ["not this one"] * 2
    assert await desk.ask(1) == 2


@in_loop
async def test_who_leaves_takes_no_answer_from_the_others():
    clerk = Clerk()
    desk = Desk(clerk.answer)
    clerk.may_go_on.clear()
    gone, there = asyncio.create_task(desk.ask(1)), asyncio.create_task(desk.ask(2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    clerk.may_go_on.set()
    assert await there == 4
    with pytest.raises(asyncio.CancelledError):
        await gone
