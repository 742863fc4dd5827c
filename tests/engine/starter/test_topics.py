from engine.starter.topics import topics

PAGES = {page.path: page for page in topics()}


def test_a_topic_is_titled_by_its_heading() -> None:
    assert PAGES["/library/topic-assignment/"].title == "Assignment statements (Python)"


def test_a_grammar_is_code() -> None:
    first_code = next(block for block in PAGES["/library/topic-assignment/"].blocks if block.kind == "code")
    assert first_code.text.startswith("assignment_stmt ::=")


def test_keywords_that_share_a_text_share_a_page() -> None:
    assert "/library/topic-else/" not in PAGES
    assert {"Python if", "Python else"} <= set(PAGES["/library/topic-if/"].aliases)
