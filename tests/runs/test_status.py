from itertools import product

import pytest

from runs.status import ACTIVE, END, NEXT, WAITING, IllegalMove, Status, check_move


def test_a_run_is_either_active_or_over():
    assert set(Status) == ACTIVE | END
    assert not ACTIVE & END
    assert WAITING < ACTIVE


def test_every_active_status_leads_on_and_no_other():
    assert set(NEXT) == ACTIVE
    assert all(NEXT[status] for status in ACTIVE)


def test_every_active_status_can_reach_an_end():
    for status in ACTIVE:
        reached = {status}
        while further := {after for before in reached for after in NEXT.get(before, ())} - reached:
            reached |= further
        assert reached & END


@pytest.mark.parametrize(("before", "after"), sorted(product(Status, Status)))
def test_only_the_moves_of_the_table_are_legal(before, after):
    if after in NEXT.get(before, ()):
        check_move(before, after)
    else:
        with pytest.raises(IllegalMove, match=f"from {before} to {after}"):
            check_move(before, after)


def test_what_is_cancelling_can_only_end():
    assert NEXT[Status.CANCELLING] == END


def test_nothing_completes_or_fails_before_anybody_has_it():
    assert not NEXT[Status.PENDING] & {Status.COMPLETED, Status.FAILED}
