from tests.web.world import in_loop
from web.bodies import FILES, FILES_SENTENCE, PAGES, SENTENCE, Bound, bounded

SHORT = Bound(4, b"application/json", lambda: b"{}")


async def answer_of(body_parts, headers=(), bound=SHORT):
    """The statuses and texts that a client gets for these parts, from an application that reads them all."""
    parts, sent = list(body_parts), []

    async def receive():
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message):
        sent.append(message)

    async def reads_all(scope, receive, send):
        while (message := await receive()).get("more_body"):
            pass
        if message["type"] == "http.disconnect":
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})

    await bounded(reads_all, {"headers": list(headers)}, receive, send, bound)
    return [message.get("status", message.get("body")) for message in sent]


@in_loop
async def test_a_body_within_the_bound_is_served():
    assert await answer_of([b"ab", b"cd"]) == [200]


@in_loop
async def test_a_body_that_grows_too_long_is_refused_in_the_words_of_the_bound():
    assert await answer_of([b"ab", b"cd", b"e"]) == [413, b"{}"]


@in_loop
async def test_a_body_that_is_announced_too_long_is_not_even_read():
    assert await answer_of([], headers=[(b"content-length", b"5")]) == [413, b"{}"]


@in_loop
async def test_pages_take_4_mb_and_refuse_more_with_a_sentence():
    assert await answer_of([b"a" * PAGES.longest], bound=PAGES) == [200]
    assert await answer_of([b"a" * PAGES.longest, b"a"], bound=PAGES) == [413, SENTENCE]


@in_loop
async def test_files_may_be_larger_together_and_more_is_refused_with_a_sentence():
    parts = [b"a" * 1024 * 1024] * 64
    assert await answer_of(parts, bound=FILES) == [200]
    assert await answer_of([*parts, b"a"], bound=FILES) == [413, FILES_SENTENCE]
