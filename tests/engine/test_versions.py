"""Old versions of pages: for how long they stay, and what keeps them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from engine.document import Block, Document
from engine.index import find_page, index_documents
from engine.models import Page, Source
from engine.sources import remove
from engine.versions import ASKED_AGAIN_AFTER, sweep

pytestmark = pytest.mark.django_db(databases=["engine"])
DAY = timedelta(days=1)


def write(text, path="/a"):
    document = Document(path=path, title="A", kind="page", blocks=(Block("paragraph", text),), source="s")
    index_documents([document], scope="here", source_name="Site", kind="url")
    return find_page(path, "here")


def none(hashes):
    return ()


def texts():
    return set(Page.objects.values_list("text", flat=True))


def after(**time):
    return timezone.now() + timedelta(**time)


def test_an_old_version_stays_for_a_week_and_then_goes():
    write("It weighs 12 grams.")
    write("It weighs 15 grams.")
    assert sweep(after(days=6), none) == 0
    assert sweep(after(days=8), none) == 1
    assert texts() == {"It weighs 15 grams."}


def test_a_current_page_is_never_swept_however_old():
    write("It weighs 12 grams.")
    assert sweep(after(days=4000), none) == 0


def test_what_is_cited_stays_and_is_asked_for_again_later():
    old = write("It weighs 12 grams.")
    write("It weighs 15 grams.")
    now = after(days=8)
    assert sweep(now, lambda hashes: {old.content_hash}) == 0
    assert sweep(now + DAY, none) == 0
    assert sweep(now + ASKED_AGAIN_AFTER, none) == 1


def test_only_versions_whose_time_is_over_are_asked_for():
    write("It weighs 12 grams.")
    write("It weighs 15 grams.")
    asked = []
    sweep(after(days=1), lambda hashes: asked.append(hashes) or ())
    assert asked == []


def test_a_version_that_came_back_is_current_again():
    write("It weighs 12 grams.")
    write("It weighs 15 grams.")
    back = write("It weighs 12 grams.")
    assert back.kept_until is None
    assert sweep(after(days=8), none) == 1
    assert texts() == {"It weighs 12 grams."}


def test_a_version_that_comes_back_while_it_is_swept_stays():
    write("It weighs 12 grams.")
    write("It weighs 15 grams.")

    def ask_late(hashes):
        write("It weighs 12 grams.")
        return ()

    assert sweep(after(days=8), ask_late) == 0
    assert find_page("/a", "here").text == "It weighs 12 grams."


def test_pages_of_a_removed_source_go_by_the_same_rule():
    cited = write("It weighs 12 grams.")
    write("It is blue.", path="/b")
    remove(Source.objects.get(name="Site"))
    assert sweep(after(days=8), lambda hashes: {cited.content_hash}) == 1
    assert texts() == {"It weighs 12 grams."}


def test_many_are_deleted_in_lots(monkeypatch):
    monkeypatch.setattr("engine.versions.BATCH", 2)
    for number in range(6):
        write(f"It weighs {number} grams.")
    assert sweep(after(days=8), none) == 5
