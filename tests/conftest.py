"""One small installation for every test: a workspace, its people, a token, a library; no network."""

import ipaddress
import socket
from collections.abc import Callable, Iterator

import pytest
from django.test import Client, override_settings

from api.limits import meter
from engine.document import Block, Document
from engine.index import index_documents
from provider.types import parse_task_run_input
from runs.models import Run
from runs.services import start_run
from teams.models import Member, Role, Token, User, Workspace
from teams.services import create_engine_provider, set_up_first_workspace
from teams.tokens import create_token
from tests.calls import ApiClient

BACKEND = "django.contrib.auth.backends.ModelBackend"
BOTH = ["default", "engine"]
OF_A_RUN = ("made_by", "token", "request_key", "provider")
LIBRARY = {
    "France": [("Capital", "Paris"), ("Area", "643,801 sq km"), ("Population", "68,512,806 (2025 est.)")],
    "Japan": [("Capital", "Tokyo"), ("Area", "377,915 sq km"), ("Population", "123,201,945 (2025 est.)")],
    "Kenya": [("Capital", "Nairobi"), ("Area", "580,367 sq km"), ("Population", "58,246,378 (2025 est.)")],
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever uses the database may use both: a run's page and its research live in different ones."""
    for item in items:
        if "db" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(databases=BOTH))


@pytest.fixture(scope="session", autouse=True)
def plain_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Static files under their own names, and passwords that are hashed quickly."""
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    with override_settings(
        STORAGES={"default": files, "staticfiles": static},
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        REDIS_URL="",
        API_RATE_LIMITS={},
        PUBLIC_URL="",
        PARALLEL_API_KEY="",
        LLM_BASE_URL="",
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Only this machine can be reached: any other connection fails a test, and other names don't resolve."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def local(address: object) -> object:
        if isinstance(address, tuple) and not is_loopback(str(address[0])):
            raise AssertionError(f"A test tried to reach {address[0]}.")
        return address

    def known(host: object, *more: object, **named: object) -> object:
        if not is_address(host) and not is_loopback(str(host)):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *more, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", lambda self, address: connect(self, local(address)))
        patch.setattr(socket.socket, "connect_ex", lambda self, address: connect_ex(self, local(address)))
        patch.setattr(socket, "getaddrinfo", known)
        yield


def is_loopback(host: str) -> bool:
    if is_address(host):
        return ipaddress.ip_address(host).is_loopback
    return host in ("localhost", "", "None", socket.gethostname())


def is_address(host: object) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


@pytest.fixture
def workspace(db: None) -> Workspace:
    """The workspace ``default``, with its engine and its owner, as the first start makes it."""
    return set_up_first_workspace()


@pytest.fixture
def owner(workspace: Workspace) -> Member:
    return workspace.members.get(role=Role.ADMIN)


def add_member(workspace: Workspace, email: str, role: Role) -> Member:
    user = User.objects.create_user(email, "correct horse battery")
    return Member.objects.create(workspace=workspace, user=user, role=role)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend=BACKEND)
    return client


@pytest.fixture
def member(workspace: Workspace) -> Member:
    """An editor of the workspace."""
    return add_member(workspace, "ada@example.com", Role.EDITOR)


@pytest.fixture
def client(member: Member) -> Client:
    """A browser in which `member` is signed in."""
    return signed_in(member)


@pytest.fixture
def viewer(workspace: Workspace) -> Client:
    """A browser of somebody who may read and not run."""
    return signed_in(add_member(workspace, "vera@example.com", Role.VIEWER))


@pytest.fixture
def visitor() -> Client:
    """A browser in which nobody is signed in."""
    return Client()


@pytest.fixture
def outsider(db: None) -> Member:
    """An admin of another workspace."""
    elsewhere = Workspace.objects.create(slug="elsewhere", name="Elsewhere")
    create_engine_provider(workspace=elsewhere)
    return add_member(elsewhere, "otto@example.com", Role.ADMIN)


@pytest.fixture
def outside(outsider: Member) -> Client:
    """A browser in which `outsider` is signed in."""
    return signed_in(outsider)


@pytest.fixture
def token(workspace: Workspace) -> Token:
    """An editor's token; its text is ``token.text``, which only its maker sees."""
    made, made.text = create_token(workspace=workspace, name="Nightly")
    return made


@pytest.fixture
def api(token: Token) -> ApiClient:
    """A script that sends `token` with every request."""
    return ApiClient(headers={"x-api-key": token.text})


@pytest.fixture
def limit_rates(settings) -> Iterator[Callable[..., None]]:
    """Let a token do so much within a minute: ``limit_rates(tasks=3, chat=1)``; else it is free to."""

    def limit_rates(**limits: int) -> None:
        settings.API_RATE_LIMITS = limits
        meter.cache_clear()

    yield limit_rates
    meter.cache_clear()


@pytest.fixture
def small_library(db: None) -> None:
    """Three countries, indexed for every workspace."""
    pages = (
        Document(
            path=f"/library/{title.lower()}/",
            title=title,
            kind="country",
            source="The test",
            blocks=(
                Block("paragraph", f"{title} is a country."),
                *(Block("fact", f"{label}: {value}", label=label) for label, value in facts),
            ),
        )
        for title, facts in LIBRARY.items()
    )
    index_documents(pages, scope="starter", source_name="Starter library", kind="starter")


@pytest.fixture
def start(workspace: Workspace) -> Callable[..., Run]:
    """Store a run as a request would: ``start("France", processor="lite", made_by=member)``."""

    def start(
        input: str | dict = "France", *, workspace: Workspace = workspace, processor: str = "lite", **more
    ) -> Run:
        people = {name: more.pop(name) for name in OF_A_RUN if name in more}
        request = parse_task_run_input({"input": input, "processor": processor, **more})
        return start_run(workspace=workspace, request=request, **people)

    return start
