"""A web site of ordinary pages, served by a process of its own that costs little beside what reads them."""

import asyncio
import random
import sys
from collections.abc import Iterator

LINKS, PARAGRAPHS, SENTENCES, FACTS = 25, 14, 6, 12
"""Of one page; with its markup it has about 12 kB."""
SYLLABLES = [one + other for one in "bcdfghklmnprstvz" for other in ("a", "e", "i", "o", "u", "ar", "en")]


def words(number: int) -> list[str]:
    chance = random.Random(number)
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(4_000)]


def page(number: int, count: int, known: list[str]) -> str:
    """One of ``count`` pages: a list of links around it, headings, paragraphs, and facts in a table."""
    chance = random.Random(number)
    links = "".join(
        f'<li><a href="/pages/{(number * 7 + step) % count}.html">{chance.choice(known).title()}</a></li>'
        for step in range(LINKS)
    )
    title = f"{chance.choice(known).title()} {number}"
    said = "".join(section(chance, known) for _ in range(PARAGRAPHS))
    facts = "".join(
        f"<tr><th>{chance.choice(known).title()}</th><td>{chance.randint(1, 10**6):,}</td></tr>"
        for _ in range(FACTS)
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<link rel="stylesheet" href="/style.css"><meta name="description" content="{title}"></head><body>'
        f'<header><nav class="menu"><ul>{links}</ul></nav></header><main><h1>{title}</h1>{said}'
        f"<h2>Figures</h2><table>{facts}</table></main><footer>All about {title}.</footer></body></html>"
    )


def section(chance: random.Random, known: list[str]) -> str:
    said = " ".join(sentence(chance, known) for _ in range(SENTENCES))
    heading = f"<h2>{chance.choice(known).title()}</h2>" if chance.random() < 0.3 else ""
    return f'{heading}<div class="section"><p>{said}</p></div>'


def sentence(chance: random.Random, known: list[str]) -> str:
    ranks = (int(4_000 * chance.random() ** 3) for _ in range(chance.randint(8, 24)))
    return " ".join(known[rank] for rank in ranks).capitalize() + "."


def site(count: int) -> Iterator[tuple[bytes, bytes]]:
    """Each path with its answer, headers and all."""
    known = words(count)
    first = "".join(f'<p><a href="/pages/{number}.html">Page {number}</a></p>' for number in range(count))
    yield b"/robots.txt", answer("text/plain", "User-agent: *\nDisallow: /private/\n")
    yield (
        b"/",
        answer("text/html", f"<title>All pages</title><p>Every page of the site is listed here.</p>{first}"),
    )
    for number in range(count):
        yield b"/pages/%d.html" % number, answer("text/html", page(number, count, known))


def answer(content_type: str, body: str) -> bytes:
    said = body.encode()
    head = f"content-type: {content_type}; charset=utf-8\r\ncontent-length: {len(said)}"
    head = f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n"
    return head.encode() + said


MISSING = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"


class Served(asyncio.Protocol):
    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self.answers = answers

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Requests are small, and come whole, one after the other."""
        self.transport.write(self.answers.get(data.split(b" ", 2)[1], MISSING))


async def serve(count: int) -> None:
    answers = dict(site(count))
    server = await asyncio.get_running_loop().create_server(lambda: Served(answers), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
