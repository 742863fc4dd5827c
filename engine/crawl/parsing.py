"""What came from a host, or a file, as documents for the index: work that goes on in a process of its own.

Nothing here may import the tables: the process that reads a stranger's file holds no database.
"""

from collections.abc import Callable, Iterable
from itertools import islice

from engine.crawl.jobs import NONE, Answer, Directions, File, Parsed, WebPage
from engine.crawl.links import directions
from engine.crawl.simhash import fingerprint
from engine.document import Document
from engine.fetched import Unreadable, document_of, documents_of, documents_of_file, text_of

MOST_DOCUMENTS = 50_001
"""Of one file: an overview and its rows."""
MOST_COMPARED = 1_000
"""Of them, by which near copies are found."""


def parse(job: WebPage | Answer | File) -> Parsed:
    """Whatever the content, an answer: what can't be read has a ``problem``."""
    try:
        if isinstance(job, File):
            body = job.stored.read_bytes()
            return _parsed(lambda: documents_of_file(job.name, body, path=job.path), NONE)
        if isinstance(job, Answer):
            return _parsed(lambda: [document_of(job.fetched)], NONE)
        return _web_page(job)
    except MemoryError:
        return Parsed(problem="Reading it takes more memory than one page may take.")
    except RecursionError:
        return Parsed(problem="Its parts are nested too deeply to be read.")
    except OSError as error:
        return Parsed(problem=f"Its stored file could not be read ({error.strerror}). Add it again.")
    except Exception as error:  # a stranger's file may find a fault in any of the readers
        return Parsed(problem=f"It could not be read ({type(error).__name__}: {str(error)[:200]}).")


def _web_page(job: WebPage) -> Parsed:
    fetched = job.fetched
    said = directions(
        fetched.url,
        fetched.content_type,
        text_of(fetched) if "html" in fetched.content_type or not fetched.content_type else "",
        fetched.headers.get("x-robots-tag", ""),
        job.bounds,
    )
    if said.is_kept_out:
        return Parsed(directions=said)
    return _parsed(lambda: documents_of(fetched), said)


def _parsed(read: Callable[[], Iterable[Document]], said: Directions) -> Parsed:
    try:
        found = tuple(islice(read(), MOST_DOCUMENTS))
    except Unreadable as error:
        return Parsed(directions=said, problem=str(error), error_type=error.error_type)
    said_in_all = "\n".join(document.text for document in islice(found, MOST_COMPARED))
    return Parsed(found, fingerprint(said_in_all), said)
