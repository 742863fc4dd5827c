from email.message import Message
from importlib.metadata import Distribution

import pytest

from engine.document import Document
from engine.starter import packages as module
from engine.starter.packages import packages

METADATA = """\
Metadata-Version: 2.1
Name: Some_Package
Version: 1.2
Summary: Does one thing.
License: MIT
Author-email: "Ada Lovelace" <ada@example.org>, Bob <bob@example.org>
Keywords: one,two
Project-URL: Homepage, https://some.example.org
Project-URL: Issues, https://github.com/some/package/issues
Requires-Python: >=3.9
Requires-Dist: idna
Requires-Dist: tomli>=2; python_version < "3.11"
Requires-Dist: pytest; extra == "test"
Provides-Extra: test
Classifier: Framework :: Django
Classifier: Framework :: Django :: 5.2
Description-Content-Type: text/markdown

# Some package

It **does** one thing.
"""


class Installed(Distribution):
    def __init__(self, text: str) -> None:
        self._text = text

    def read_text(self, filename: str) -> str | None:
        return self._text if filename == "METADATA" else None

    def locate_file(self, path: str) -> str:
        return path


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Document:
    return install(monkeypatch, METADATA)


def install(monkeypatch: pytest.MonkeyPatch, *texts: str) -> Document:
    monkeypatch.setattr(module, "distributions", lambda: [Installed(text) for text in texts])
    return next(packages())


def values(page: Document, label: str) -> list[str]:
    return [block.text.removeprefix(f"{label}: ") for block in page.blocks if block.label == label]


def test_the_address_has_the_names_normal_form(page: Document) -> None:
    assert page.path == "/library/package-some-package/"
    assert page.title == "Some_Package"
    assert "some-package" in page.aliases


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Version", "1.2"),
        ("License", "MIT"),
        ("Author", "Ada Lovelace, Bob"),
        ("Home page", "https://some.example.org"),
        ("Issues", "https://github.com/some/package/issues"),
        ("Requires Python", ">=3.9"),
        ("Requires", 'idna; tomli>=2 (python_version < "3.11")'),
        ("Framework", "Django; Django :: 5.2"),
    ],
)
def test_the_metadata_are_facts(page: Document, label: str, value: str) -> None:
    assert values(page, label) == [value]


def test_a_requirement_is_named_without_its_version(page: Document) -> None:
    assert next(block.values for block in page.blocks if block.label == "Requires") == ("idna", "tomli")


def test_the_description_follows_as_text(page: Document) -> None:
    assert page.blocks[-1].text == "It does one thing."


def test_a_shared_host_is_not_the_packages_own_site(page: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    assert page.sites == ("some.example.org",)
    hosted = METADATA.replace("https://some.example.org", "https://github.com/some/package")
    assert install(monkeypatch, hosted).sites == ()


def test_a_licence_text_gives_way_to_the_classifier(monkeypatch: pytest.MonkeyPatch) -> None:
    text = METADATA.replace("License: MIT", f"License: {'Permission is granted ' * 5}").replace(
        "Classifier: Framework :: Django\n", "Classifier: License :: OSI Approved :: MIT License\n"
    )
    assert values(install(monkeypatch, text), "License") == ["MIT License"]


def test_a_long_page_is_cut_between_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    page = install(monkeypatch, METADATA + "\n\nword word word" * 10_000)
    assert module.LONGEST_PAGE - 100 < len(page.text) <= module.LONGEST_PAGE
    assert page.blocks[-1].text == "word word word"


def test_metadata_without_a_name_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    nameless = METADATA.replace("Name: Some_Package\n", "")
    assert install(monkeypatch, nameless, METADATA).title == "Some_Package"


def test_the_packages_of_this_machine_are_there() -> None:
    titles = [page.title for page in packages()]
    assert "Django" in titles
    assert titles == sorted(titles, key=lambda title: title.lower().replace("_", "-").replace(".", "-"))


def test_the_message_type_is_what_the_reader_expects() -> None:
    assert isinstance(Installed(METADATA).metadata, Message)
