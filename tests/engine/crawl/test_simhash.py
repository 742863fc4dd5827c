import random

from engine.crawl.simhash import MOST_APART, Copy, NearCopies, apart, fingerprint, title_words

chance = random.Random(7)
WORDS = [f"word{chance.randint(1, 5_000)}" for _ in range(600)]
TEXT = " ".join(WORDS)


def copy(address: str, text: str, title: str = "The harbour", claims: str = "") -> Copy:
    return Copy(address, fingerprint(text), title_words(title), claims)


def test_texts_that_differ_in_a_word_have_near_fingerprints():
    changed = " ".join([*WORDS[:300], "another", *WORDS[301:]])
    assert 0 < apart(fingerprint(TEXT), fingerprint(changed)) <= MOST_APART


def test_other_texts_are_far_apart():
    other = " ".join(f"thing{number}" for number in range(600))
    assert apart(fingerprint(TEXT), fingerprint(other)) > 20


def test_case_and_marks_do_not_count():
    assert fingerprint("The Harbour, of Aalen!") == fingerprint("the harbour of aalen")


def test_a_fingerprint_fits_a_signed_column():
    assert all(-(2**63) <= fingerprint(str(number)) < 2**63 for number in range(200))
    assert fingerprint("") == fingerprint("  ")


def test_near_copies_are_found_among_many():
    known = NearCopies()
    for number in range(300):
        known.add(copy(f"/{number}", f"{TEXT} {number}" if number == 150 else f"other {number} text " * 9))
    assert known.of(copy("/new", TEXT)).address == "/150"
    assert known.of(copy("/150", TEXT)) is None
    known.forget("/150")
    assert known.of(copy("/new", TEXT)) is None


def test_a_title_that_names_something_else_makes_another_page():
    known = NearCopies()
    known.add(copy("/a", TEXT, "Port of Aalen"))
    assert known.of(copy("/b", TEXT, "Port of Bree")) is None
    assert known.of(copy("/c", TEXT, "Port of Aalen (print)")).address == "/a"


def test_pages_are_known_by_the_main_address_that_they_name():
    known = NearCopies()
    known.add(copy("/a?x", TEXT, claims="/a"))
    assert [page.address for page in known.claiming("/a")] == ["/a?x"]
    known.forget("/a?x")
    known.forget("/a?x")
    assert not known.claiming("/a")
