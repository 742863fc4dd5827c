"""The chat page where a language model answers: words as they come, then the pages that it names."""

import json

from asgiref.sync import async_to_sync

from runs.models import Run
from tests.llm.fixtures import llm  # noqa: F401
from tests.llm.modes import babbles, breaks_off
from tests.llm.server import streams
from tests.playground.test_chat import FRANCE, URL, form


def told(answer, until=None):
    async def read() -> list[dict]:
        heard, parts = [], answer.streaming_content
        async for part in parts:
            heard += [json.loads(line) for line in part.splitlines() if line]
            if until and heard[-1]["event"] == until:
                await parts.aclose()
                break
        return heard

    return async_to_sync(read)()


def test_an_answer_shows_only_the_pages_that_it_names(client, small_library, llm):  # noqa: F811
    llm(streams("<b>Paris</b> is it [1]", ", says nobody [77]."))
    *pieces, done = told(client.post(URL, form(FRANCE)))
    assert (
        "".join(piece["text"] for piece in pieces) == done["text"] == "<b>Paris</b> is it [1], says nobody."
    )
    assert "/library/france/" in done["html"]
    assert "/library/japan/" not in done["html"]
    assert "<b>Paris" not in done["html"]
    assert not Run.objects.exists()


def test_an_answer_that_breaks_off_says_so_and_keeps_what_was_said(client, small_library, llm):  # noqa: F811
    llm(breaks_off)
    done = told(client.post(URL, form(FRANCE)))[-1]
    assert done["event"] == "done"
    assert done["text"].startswith("Half of")
    assert "broke before its answer was whole" in done["text"]


def test_who_leaves_stops_the_model(client, small_library, llm):  # noqa: F811
    server = llm(babbles)
    told(client.post(URL, form(FRANCE)), until="text")
    assert server.left.wait(5)
