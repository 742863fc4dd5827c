"""A wiki and a search engine on this machine, that answer as MediaWiki and SearXNG do."""

from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import orjson

from tests.engine.site import Site


class Routes(dict):
    """Paths without their queries, so that an answer can depend on the query."""

    def get(self, path: str, default: object = None) -> object:
        return super().get(path.partition("?")[0], default)


def query_of(handler: BaseHTTPRequestHandler) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(handler.path).query).items()}


def reply(handler: BaseHTTPRequestHandler, said: dict[str, object]) -> None:
    body = orjson.dumps(said)
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def wiki(site: Site, articles: dict[str, str], at_once: int = 2) -> None:
    """Articles by their titles, as HTML; the list of all comes so many at once."""

    def page(title: str, index: int) -> dict[str, object]:
        return {"pageid": index, "title": title, "fullurl": f"{site.address}/wiki/{title}", "index": index}

    def api(handler: BaseHTTPRequestHandler) -> None:
        asked = query_of(handler)
        if asked.get("meta") == "siteinfo":
            said: dict[str, object] = {"query": {"general": {}}}
        elif asked["action"] == "parse":
            text = articles.get(asked["page"])
            missing = {"error": {"code": "missingtitle", "info": "The page you specified doesn't exist."}}
            said = {"parse": {"title": asked["page"], "text": text}} if text else missing
        elif asked["generator"] == "search":
            wanted = asked["gsrsearch"]
            hits = [title for title, text in articles.items() if wanted in f"{title} {text}".lower()]
            pages = [page(title, at) for at, title in enumerate(hits, 1)]
            said = {"query": {"pages": pages[::-1]}} if pages else {"batchcomplete": True}
        else:
            titles = sorted(articles)
            start = titles.index(asked["gapcontinue"]) if "gapcontinue" in asked else 0
            part = titles[start : start + at_once]
            said = {"query": {"pages": [page(title, at) for at, title in enumerate(part, 1)]}}
            if start + at_once < len(titles):
                said["continue"] = {"gapcontinue": titles[start + at_once], "continue": "gapcontinue||"}
        reply(handler, said)

    site.pages = Routes({"/w/api.php": api})


def searxng(site: Site, results: list[dict[str, object]]) -> None:
    def search(handler: BaseHTTPRequestHandler) -> None:
        reply(handler, {"query": query_of(handler)["q"], "results": results})

    site.pages = Routes({"/search": search})
