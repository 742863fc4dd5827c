"""Sources as crawls leave them behind: their addresses in every state, and the pages that came of them."""

from engine.document import Block, Document
from engine.index import find_page, index_documents
from engine.models import Page, Source, Visit
from engine.sources import add_files, add_url
from teams.models import Workspace

SITE = "https://widgets.example/"
ROW = {
    Visit.State.WAITING: {},
    Visit.State.FETCHING: {},
    Visit.State.FAILED: {"error": "The server answered 404: there is no such page.", "status": 404},
    Visit.State.SKIPPED: {"error": "The site’s robots.txt forbids it."},
    Visit.State.DUPLICATE: {"error": f"It says the same as {SITE}1."},
}


def scope_of(workspace: Workspace) -> str:
    return f"workspace-{workspace.pk}"


def make_site(workspace: Workspace, address: str = SITE, **more) -> Source:
    """A site of which nothing was fetched yet."""
    return add_url(scope_of(workspace), address, **more)


def make_page(source: Source, path: str, *texts: str, title: str = "Widgets") -> Page:
    """A page of the source, stored and indexed, with the visit that it came of."""
    blocks = tuple(Block("paragraph", text) for text in texts or ("A widget weighs 12 grams.",))
    document = Document(path=path, title=title, kind="page", blocks=blocks, source=path)
    index_documents([document], scope=source.scope, source_name=source.name, kind=source.kind)
    page = find_page(path, source.scope)
    came = {"page": page, "state": Visit.State.INDEXED, "status": 200, "size": 2_048}
    Visit.objects.update_or_create(source=source, address=path, defaults=came)
    return page


def add_visits(source: Source, state: str, count: int = 1) -> None:
    known = source.visits.count()
    Visit.objects.bulk_create(
        Visit(source=source, address=f"{SITE}{known + at}", state=state, **ROW.get(state, {}))
        for at in range(count)
    )


def finish(source: Source) -> Source:
    source.state, source.ended_at = Source.State.READY, source.began_at
    source.save()
    return source


def make_file(workspace: Workspace, name: str = "report.txt", body: bytes = b"Revenue: 12 million") -> Visit:
    """An uploaded file with the page that was read from it."""
    source = add_files(scope_of(workspace), [(name, body)])
    visit = source.visits.get(size=len(body))
    make_page(source, visit.address, body.decode(), title=name)
    visit.refresh_from_db()
    return visit
