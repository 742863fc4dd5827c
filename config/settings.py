"""Every setting of an installation. All of it has a working default; docs/settings.md explains each variable.

A secret can also be given as a file: SECRET_KEY_FILE names a file that holds SECRET_KEY.
"""

import logging
import os
import re
import secrets
import socket
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"


def env(name: str, default: str = "") -> str:
    """The variable's value, or the content of the file that NAME_FILE names."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return os.environ.get(name, default).strip()


def env_int(name: str, default: int, *, least: int = 0) -> int:
    """A whole number, or a sentence that says what is wrong with it."""
    text = env(name, str(default))
    if not text.isdecimal() or int(text) < least:
        raise ImproperlyConfigured(f"{name} is {text!r}; give a whole number of at least {least}.")
    return int(text)


def env_seconds(name: str, default: float) -> float:
    """Seconds, with a fraction or without, or a sentence that says what is wrong with them."""
    text = env(name, str(default))
    if not text.replace(".", "", 1).isdecimal():
        raise ImproperlyConfigured(f"{name} is {text!r}; give a number of seconds, such as 0.5.")
    return float(text)


def env_list(name: str) -> list[str]:
    return [item.strip() for item in env(name).split(",") if item.strip()]


def kept_secret(path: Path) -> str:
    """The secret in this file; on the first start it is made up and written, readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # whoever links first wins; the others read what the winner wrote
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def replaced_secret(path: Path) -> list[str]:
    """The secret that ``script/manage rotate-key --new`` put here, until somebody deletes it."""
    return [path.read_text().strip()] if path.exists() else []


# Where things are

DATA_DIR = Path(env("GROUNDWORK_DATA", str(BASE_DIR / "var"))).resolve()
HOST = env("GROUNDWORK_HOST", "127.0.0.1")
PORT = env_int("GROUNDWORK_PORT", 8000, least=1)
PUBLIC_URL = env("PUBLIC_URL").rstrip("/")


def allowed_hosts() -> list[str]:
    """The names under which a browser may ask; from the machine itself it always may."""
    hosts = {"localhost", "127.0.0.1", "[::1]"}
    if given := env_list("ALLOWED_HOSTS"):
        hosts |= set(given)
    elif HOST in ("0.0.0.0", "::"):  # noqa: S104
        hosts |= names_of_this_machine()
    if PUBLIC_URL:
        hosts.add(urlsplit(PUBLIC_URL).hostname or "")
    return sorted(hosts | {bracketed(HOST)} - {""})


def names_of_this_machine() -> set[str]:
    """What others in the network may call this machine, as far as it knows."""
    name = socket.gethostname()
    try:
        addresses = {bracketed(str(info[4][0])) for info in socket.getaddrinfo(name, None)}
    except OSError:  # a machine that can't look up its own name
        addresses = set()
    return {name, *addresses}


def bracketed(host: str) -> str:
    """An IPv6 address as it stands in a Host header."""
    return f"[{host}]" if ":" in host else host


ALLOWED_HOSTS = allowed_hosts()

# Security

SECRET_KEY = env("SECRET_KEY") or kept_secret(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS") + replaced_secret(DATA_DIR / "secret_key.old")
DEBUG = False
HTTPS = PUBLIC_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 30 * 24 * 3600
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
CSRF_FAILURE_VIEW = "home.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Parts

AUTH_USER_MODEL = "teams.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "template_partials",
    "web",
    "teams",
    "engine",
    "runs",
    "dispatch",
    "playground",
    "api",
    "home",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # The innermost one is synchronous, and so Django runs all of them and the view in one hop to a thread.
    "web.static.StaticFiles",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "home.context.rail",
            ],
            "builtins": ["template_partials.templatetags.partials", "web.templatetags.web"],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"

# Data: one SQLite file for what people do and one for what the engine knows, so that indexing never blocks
# a click


def sqlite(name: str, log_pages: int = 1_000) -> dict[str, object]:
    """`log_pages`: how long the write-ahead log may grow until a commit carries it over itself."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / name,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16384;"
                f"PRAGMA wal_autocheckpoint={log_pages};"
            ),
        },
    }


SESSION_ON_POSTGRESQL = (
    # A machine that vanishes in the middle of a transaction must not hold its locks for hours.
    "-c idle_in_transaction_session_timeout=60s"
    " -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
)


def database_at(url: str, pool: int) -> dict[str, object]:
    """The database at this address. What the address says in its query wins over what is said here.

    On PostgreSQL the threads of a process share `pool` connections; with 0 each thread has its own. A pool
    belongs to one process and must not be forked, so prefork workers go without.
    """
    database = dj_database_url.parse(url, conn_health_checks=True)
    if database["ENGINE"] != "django.db.backends.postgresql":
        return database
    given = database.get("OPTIONS", {})
    options = {"connect_timeout": 5, "application_name": "groundwork", "tcp_user_timeout": 30_000, **given}
    options["options"] = f"{SESSION_ON_POSTGRESQL} {given.get('options', '')}".strip()
    if pool:
        # Whoever asks for one more than there are waits for it, and after `timeout` seconds is told so.
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10, "max_idle": 60}
    return database | {"CONN_MAX_AGE": 0, "OPTIONS": options}


DATABASES = {
    "default": database_at(env("DATABASE_URL"), env_int("DATABASE_POOL", 10))
    if env("DATABASE_URL")
    else sqlite("groundwork.sqlite3", log_pages=40_000),  # see dispatch/checkpoints.py
    "engine": sqlite("engine.sqlite3"),
}
DATABASE_ROUTERS = ["engine.router.EngineRouter"]
KEYLESS = env("GROUNDWORK_KEYLESS") == "1"
ENGINE_INDEX = env("ENGINE_INDEX", "auto")
if ENGINE_INDEX not in ("auto", "fts5", "tantivy"):
    raise ImproperlyConfigured(f"ENGINE_INDEX is {ENGINE_INDEX!r}; say auto, fts5 or tantivy.")

# Broker: only wake-ups travel through it, the tables hold the truth

REDIS_URL = env("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "dispatch"
CELERY_TASK_ROUTES = {"dispatch.tasks.research": {"queue": "research"}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Workers wait for a broker that is away, or refuses what it is asked, as long as it takes.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True  # of ours there are none; else it warns
# Whoever sends a message does not: a refused connection is tried once, not three times in six seconds.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 2, "socket_connect_timeout": 2, "max_retries": 0}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# Dispatch

WEB_WORKERS = env_int("WEB_WORKERS", 1, least=1)  # used by the supervisor; a wrong one is told of here
DISPATCH_WORKERS = env_int("DISPATCH_WORKERS", 1, least=1)
RESEARCH_WORKERS = env_int("RESEARCH_WORKERS", 2, least=1)
DISPATCH_LEASE_SECONDS = env_int("DISPATCH_LEASE_SECONDS", 10, least=1)
DISPATCH_SETTLE_SECONDS = env_int("DISPATCH_SETTLE_SECONDS", 60)
DISPATCH_SWEEP_SECONDS = env_int("DISPATCH_SWEEP_SECONDS", 60, least=1)

# A hosted provider for the first workspace

PARALLEL_API_KEY = env("PARALLEL_API_KEY")
PARALLEL_BASE_URL = env("PARALLEL_BASE_URL", "https://api.parallel.ai").rstrip("/")

# A SearXNG that searches the web for the engine: the operator's own, so it may be on a private network

SEARXNG_URL = env("SEARXNG_URL").rstrip("/")
if SEARXNG_URL and not re.match(r"https?://[^/@?#]+(?:/[^@?#]*)?$", SEARXNG_URL):
    raise ImproperlyConfigured(
        "SEARXNG_URL has to be the address of SearXNG's start page, such as http://localhost:8888."
    )

# A language model for the engine, behind an OpenAI-compatible API. Its prices are in US dollars for a million
# tokens, sent and answered; without them a run's budget counts calls, tokens and seconds alone

LLM_BASE_URL = env("LLM_BASE_URL").rstrip("/")
LLM_MODEL = env("LLM_MODEL")
LLM_API_KEY = env("LLM_API_KEY")


def dollars(name: str) -> float:
    text = env(name, "0")
    if not re.fullmatch(r"\d+(?:\.\d+)?", text):
        raise ImproperlyConfigured(f"{name} is {text!r}; give US dollars for a million tokens, such as 0.15.")
    return float(text)


LLM_PRICE_IN, LLM_PRICE_OUT = dollars("LLM_PRICE_IN"), dollars("LLM_PRICE_OUT")


def check_llm() -> None:
    """Say at the start what would only be noticed with the first run."""
    parts = urlsplit(LLM_BASE_URL)
    if not LLM_BASE_URL and not LLM_MODEL:
        return
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.query:
        raise ImproperlyConfigured(
            "LLM_BASE_URL has to be what stands before /chat/completions, such as "
            "https://llm.example.org/v1; the key belongs into LLM_API_KEY."
        )
    if not LLM_MODEL:
        raise ImproperlyConfigured("LLM_BASE_URL is set, but not LLM_MODEL: say which model is asked for.")
    if not (LLM_API_KEY.isascii() and LLM_API_KEY.isprintable()):
        raise ImproperlyConfigured("LLM_API_KEY holds characters that no key has.")


check_llm()

# API: how many requests of each kind one token may make within a minute; 0 is no limit


def limits_with(changes: list[str], **limits: int) -> dict[str, int]:
    """These limits, changed as ``kind=number`` says."""
    for change in changes:
        kind, _, number = change.partition("=")
        if kind not in limits or not number.isdecimal():
            raise ImproperlyConfigured(
                f"API_RATE_LIMITS holds {change!r}; give a kind and a whole number, such as tasks=5000. "
                f"The kinds are {', '.join(limits)}."
            )
        limits[kind] = int(number)
    return limits


API_RATE_LIMITS = limits_with(
    env_list("API_RATE_LIMITS"), search=600, extract=600, tasks=2000, chat=300, responses=300, suggest=600
)

# What is fetched or called for a request, such as a page to extract or a webhook

ALLOW_PRIVATE_FETCH = frozenset(name.lower() for name in env_list("ALLOW_PRIVATE_FETCH"))
USER_AGENT = f"Groundwork/{VERSION} ({f'+{PUBLIC_URL}' if PUBLIC_URL else 'a self-hosted installation'})"
CRAWL_DELAY = env_seconds("CRAWL_DELAY", 1.0)

# People

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "teams.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"login": "teams.forms.LoginForm"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# Static files: collected into the data folder once per version, served with far-future headers

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "web.static.HashedStaticFiles"},
}


def not_about_health(record: logging.LogRecord) -> bool:
    """A health page that says no is no error of its own, and whoever asks it often need not fill the log."""
    return getattr(getattr(record, "request", None), "path", "") != "/healthz"


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {
        "not_health": {"()": "django.utils.log.CallbackFilter", "callback": not_about_health},
        "once_a_minute": {"()": "web.quiet.OnceAMinute"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["not_health", "once_a_minute"],
        }
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING")},
    # A page not found or a form sent back is its reader's to mend, and is told to nobody else.
    "loggers": {"django.request": {"level": "ERROR"}},
}
