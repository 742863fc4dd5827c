from engine.models import Page
from engine.router import EngineRouter

ROUTER = EngineRouter()


class Stranger:
    class _meta:
        app_label = "runs"


def test_the_engines_tables_are_its_own() -> None:
    assert (ROUTER.db_for_read(Page), ROUTER.db_for_write(Page)) == ("engine", "engine")
    assert (ROUTER.db_for_read(Stranger), ROUTER.db_for_write(Stranger)) == (None, None)


def test_nothing_else_migrates_there_and_the_engine_nowhere_else() -> None:
    assert ROUTER.allow_migrate("engine", "engine") is True
    assert ROUTER.allow_migrate("engine", "runs") is False
    assert ROUTER.allow_migrate("default", "engine") is False
    assert ROUTER.allow_migrate("default", "runs") is None


def test_no_relation_crosses_the_two_databases() -> None:
    assert ROUTER.allow_relation(Page, Page) is True
    assert ROUTER.allow_relation(Page, Stranger) is False
    assert ROUTER.allow_relation(Stranger, Stranger) is None
