"""The rules of the house: who may import whom, where a status is written, what the documents must name."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "api",
    "config",
    "dispatch",
    "engine",
    "home",
    "playground",
    "provider",
    "runs",
    "supervisor",
    "teams",
    "web",
)
KNOWN_TO_ALL = ("provider.types", "provider.wire", "provider.lint", "provider.prices")
MAY_IMPORT = {
    "config": set(ROOMS) - {"supervisor"},
    "home": {"api", "playground", "dispatch", "runs", "teams", "web", "engine"},
    "api": {"dispatch", "runs", "teams", "web", "engine"},
    "playground": {"dispatch", "runs", "teams", "web", "engine"},
    "dispatch": {"runs", "teams", "web", "engine", "provider"},
    "runs": {"teams", "web"},
    "teams": {"web"},
    "web": set(),
    "engine": set(),
    "provider": set(),
    "supervisor": set(),
}
LAYERS = ("views", "services", "models", "status")
STARTUP = {"manage.py"}
LONGEST_FUNCTION = 60


def sources(room: str) -> list[Path]:
    return sorted(path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)


def imports(path: Path) -> list[tuple[str, ast.AST]]:
    """The absolute names of the modules that a file imports, with the statement."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(alias.name, node) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found += [(f"{node.module}.{alias.name}", node) for alias in node.names]
    return found


def is_allowed(room: str, name: str) -> bool:
    target = name.split(".")[0]
    if target not in ROOMS or target == room:
        return True
    if name.startswith(KNOWN_TO_ALL):
        return room not in ("web", "engine", "supervisor")
    return target in MAY_IMPORT[room]


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_down(room):
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(room)
        for name, _ in imports(path)
        if not is_allowed(room, name)
    ]
    assert not wrong


def test_inside_an_app_nothing_imports_the_views():
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for room in ROOMS
        for path in sources(room)
        for name, _ in imports(path)
        if ".views" in name and path.name not in ("urls.py", "operations.py") and "views" not in path.parts
        and name.split(".")[0] in ROOMS
    ]  # fmt: skip
    assert not wrong


def test_models_import_no_verbs():
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for room in ROOMS
        for path in sources(room)
        if path.stem in ("models", "status")
        for name, _ in imports(path)
        if name.split(".")[0] in ROOMS and name.split(".")[1] in ("services", "views", "tasks")
    ]
    assert not wrong


def test_no_import_hides_inside_a_function():
    hidden = []
    for room in ROOMS:
        for path in sources(room):
            for function in ast.walk(ast.parse(path.read_text())):
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                    inner = [n for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)]
                    hidden += [f"{path.relative_to(ROOT)}:{node.lineno}" for node in inner]
    lines = {place: line_of(place) for place in hidden}
    assert not [place for place, line in lines.items() if "#" not in line], "say why in a comment beside it"


def line_of(place: str) -> str:
    path, _, number = place.rpartition(":")
    return (ROOT / path).read_text().splitlines()[int(number) - 1]


def test_a_status_is_written_through_one_door():
    writers = []
    for room in ROOMS:
        for path in sources(room):
            for node in ast.walk(ast.parse(path.read_text())):
                if writes_status(node):
                    writers.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert {place.split(":")[0] for place in writers} == {"runs/models/run.py"}


def writes_status(node: ast.AST) -> bool:
    """True for ``x.status = …`` and for ``….update(status=…)``, ``bulk_update`` included."""
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Attribute) and target.attr == "status" for target in node.targets)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        named = any(keyword.arg == "status" for keyword in node.keywords)
        return node.func.attr in ("update", "bulk_update", "aupdate") and named
    return False


def test_every_environment_variable_stands_in_the_docs():
    settings = (ROOT / "config/settings.py").read_text()
    names = set(re.findall(r'\benv(?:_int|_list)?\("([A-Z_]+)"', settings))
    documented = (ROOT / "docs/settings.md").read_text()
    assert names
    assert not [name for name in sorted(names) if f"`{name}`" not in documented]


def test_every_page_stands_in_the_docs():
    documented = (ROOT / "docs/architecture.md").read_text()
    prefixes = set(re.findall(r'path\("([a-z]+)/', (ROOT / "config/urls.py").read_text()))
    assert prefixes
    assert not [prefix for prefix in sorted(prefixes) if f"`/{prefix}/" not in documented]


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_stands_in_the_docs_and_is_not_empty(room):
    assert f"{room}/" in (ROOT / "docs/architecture.md").read_text()
    assert any(path.read_text().strip() for path in sources(room))


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for room in ROOMS
        for path in sources(room)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno > LONGEST_FUNCTION
    ]
    assert not long


def test_no_signal_and_no_save_override():
    wrong = [
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in sources(room)
        if "django.db.models.signals" in (text := path.read_text()) or "def save(self" in text
    ]
    assert not wrong


def test_no_template_has_an_inline_handler_style_or_script():
    inline = re.compile(
        r"<[^>]+\s(?:on[a-z]+|style)=|<script(?![^>]*\bsrc=)|\{%\s*autoescape off|\|\s*safe\b"
    )
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if inline.search(path.read_text())
    ]
    assert not wrong


def test_vendored_code_has_its_licence_beside_it():
    folders = [path for path in (ROOT / "static/vendor").iterdir() if path.is_dir()]
    assert folders
    assert not [folder.name for folder in folders if not list(folder.glob("LICENSE*"))]


def test_no_page_asks_another_host_for_anything():
    asks = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""")
    own = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static").rglob("*.css")]
    own += [path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts]
    assert not [str(path.relative_to(ROOT)) for path in own if asks.search(path.read_text())]


def test_requirements_are_pinned_with_hashes():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text().splitlines()
        packages = [line for line in lines if line and line[0] not in " #"]
        assert packages
        assert all("==" in line and line.endswith("\\") for line in packages)


def test_no_file_in_the_repository_names_a_machine():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    machine = re.compile("/" + "work/|/" + "root/|/" + r"opt/pypi")
    wrong = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if (
            path.suffix in {".py", ".md", ".js", ".html", ".css", ".toml", ".txt", ".json", ""}
            and path.is_file()
        ) and machine.search(path.read_text(errors="replace")):
            wrong.append(name)
    assert not wrong
