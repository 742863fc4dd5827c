"""Pages of the Python packages that are installed here, out of the metadata they bring along."""

import re
from collections.abc import Iterator
from email.message import Message
from importlib.metadata import Distribution, distributions
from urllib.parse import urlsplit

from engine.document import Block, Document
from engine.starter.markup import markdown, rst

LONGEST_PAGE = 60_000
"""In characters; what comes after is left out."""

_SHARED_HOSTS = frozenset(
    {"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "pypi.org", "sourceforge.net"}
)
_REQUIREMENT = re.compile(r"[A-Za-z0-9][\w.-]*")
_EXTRA = re.compile(r"\bextra\s*==")
_MAILBOX = re.compile(r'"?([^"<,]*[^"<,\s])"?\s*<[^>]*>')
_HOME = re.compile(r"home ?page|home", re.I)


def packages() -> Iterator[Document]:
    """In alphabetical order; of a package that is found twice the one that Python imports."""
    found: dict[str, Distribution] = {}
    for distribution in distributions():
        if name := distribution.metadata["Name"]:
            found.setdefault(_normalised(name), distribution)
    for name in sorted(found):
        yield _package(name, found[name].metadata)


def _normalised(name: str) -> str:
    """The index's own way to write a name: ``typing_extensions`` -> ``typing-extensions``."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _package(normalised: str, metadata: Message) -> Document:
    name, home = metadata["Name"], _home(metadata)
    host = (urlsplit(home).hostname or "").removeprefix("www.")
    return Document(
        path=f"/library/package-{normalised}/",
        title=name,
        kind="package",
        blocks=tuple(_within(LONGEST_PAGE, _blocks(metadata, home))),
        source=f"Metadata of {name} {metadata['Version']}, as installed here",
        aliases=(f"{name} package", f"Python {name}", *([normalised] if normalised != name.lower() else [])),
        sites=(host,) if host and host not in _SHARED_HOSTS else (),
        source_url=home,
    )


def _blocks(metadata: Message, home: str) -> Iterator[Block]:
    """The metadata's facts, then the description, whose own fields don't repeat them."""
    facts = list(_facts(metadata, home))
    labels = {block.label for block in facts if block.label}
    yield from facts
    yield from (block for block in _description(metadata) if block.label not in labels)


def _within(limit: int, blocks: Iterator[Block]) -> Iterator[Block]:
    for block in blocks:
        limit -= len(block.text) + 1
        if limit < 0:
            return
        yield block


def _home(metadata: Message) -> str:
    named = dict(_project_urls(metadata))
    home = next((url for label, url in named.items() if _HOME.fullmatch(label)), "")
    return metadata.get("Home-page") or home or next(iter(named.values()), "")


def _project_urls(metadata: Message) -> Iterator[tuple[str, str]]:
    for entry in metadata.get_all("Project-URL", []):
        label, _, url = entry.partition(",")
        yield label.strip(), url.strip()


def _facts(metadata: Message, home: str) -> Iterator[Block]:
    if summary := _line(metadata.get("Summary")):
        yield Block("paragraph", summary)
    yield Block("heading", "Facts", level=2)
    for label, value in (
        ("Name", metadata["Name"]),
        ("Version", metadata["Version"]),
        ("Summary", summary),
        ("License", _license(metadata)),
        ("Author", _people(metadata, "Author")),
        ("Maintainer", _people(metadata, "Maintainer")),
        ("Home page", home),
        ("Requires Python", metadata.get("Requires-Python")),
    ):
        if text := _line(value):
            yield Block("fact", f"{label}: {text}", label=label)
    for label, url in _project_urls(metadata):
        if url != home and label:
            yield Block("fact", f"{_without_colon(label)}: {url}", label=_without_colon(label))
    yield from _lists(metadata)


def _lists(metadata: Message) -> Iterator[Block]:
    required = [line for line in metadata.get_all("Requires-Dist", []) if not _EXTRA.search(line)]
    yield from _list(
        "Requires", [_worded(line) for line in required], [_REQUIREMENT.match(line)[0] for line in required]
    )
    extras = metadata.get_all("Provides-Extra", [])
    yield from _list("Provides extra", extras, extras)
    keywords = [word for word in re.split(r"[,;\s]+", _line(metadata.get("Keywords"))) if word]
    yield from _list("Keywords", keywords, keywords)
    classifiers: dict[str, list[str]] = {}
    for line in metadata.get_all("Classifier", []):
        group, _, rest = line.partition(" :: ")
        classifiers.setdefault(group, []).append(rest)
    for group, entries in classifiers.items():
        if group != "License":
            yield from _list(group, entries, entries)


def _worded(requirement: str) -> str:
    """``tomli>=2; python_version < "3.11"`` -> ``tomli>=2 (python_version < "3.11")``."""
    package, _, condition = (part.strip() for part in requirement.partition(";"))
    return f"{package} ({condition})" if condition else package


def _list(label: str, entries: list[str], elements: list[str]) -> Iterator[Block]:
    if entries:
        text = "; ".join(" ".join(entry.split()) for entry in entries)
        yield Block("fact", f"{label}: {text}", label=label, values=tuple(elements))


def _license(metadata: Message) -> str:
    """The expression; else the first line of the text, if it is a name; else what the classifiers call it."""
    stated = metadata.get("License-Expression") or (metadata.get("License") or "").strip().partition("\n")[0]
    classified = [
        line.rpartition(" :: ")[2] for line in metadata.get_all("Classifier", []) if "License ::" in line
    ]
    return stated if 0 < len(stated) <= 60 else "; ".join(classified)


def _people(metadata: Message, role: str) -> str:
    stated = metadata.get(role) or metadata.get(f"{role}-email") or ""
    return ", ".join(_MAILBOX.findall(stated)) or ("" if "@" in stated else stated)


def _line(text: str | None) -> str:
    line = " ".join((text or "").split())
    return "" if line == "UNKNOWN" else line


def _without_colon(label: str) -> str:
    return label.replace(":", "")


def _description(metadata: Message) -> Iterator[Block]:
    """Markdown when the package says so; else reStructuredText, which is also the default of the format."""
    text = metadata.get_payload() or metadata.get("Description") or ""
    reader = markdown if "markdown" in metadata.get("Description-Content-Type", "") else rst
    return reader.blocks(text)
