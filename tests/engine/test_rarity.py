"""How rare words are."""

import pytest

from engine.rarity import rarity
from tests.engine.conftest import add, page

pytestmark = pytest.mark.usefixtures("db")


def test_a_word_weighs_more_the_fewer_passages_hold_it() -> None:
    add([page(f"Port {at}", {"": [f"Port number {at} has a crane."]}, kind="page") for at in range(5)])
    add([page("Lindow", {"": ["Lindow has a lighthouse and a crane."]}, kind="page")], name="More")
    found = rarity("Which lighthouse, crane or zeppelin is it?")
    assert 1 == found["zeppelin"] > found["lighthous"] > found["cran"] > 0


def test_stop_words_weigh_nothing_and_marks_break_nothing() -> None:
    assert rarity("what is the of \"'*) OR THE") == {}
