from engine.starter.factbook.text import Part, has_a_verb, parts, plain, reads_as_prose


def test_tags_and_entities_go_and_lines_are_joined_by_semicolons() -> None:
    assert plain("wheat &amp; <em>maize</em><!-- old -->\n rice ;\n") == "wheat & maize; rice"


def test_spaces_inside_brackets_are_tidied() -> None:
    assert plain("Paris ( capital ) , Lyon") == "Paris (capital), Lyon"


def test_an_angle_bracket_before_a_figure_is_no_tag() -> None:
    assert plain("other &lt;1%") == "other <1%"


def test_a_bold_lead_in_opens_a_part() -> None:
    assert parts("<p>temperate</p><p><strong>Mayotte:</strong> tropical</p>") == [
        Part("", "temperate"),
        Part("Mayotte", "tropical"),
    ]


def test_a_colon_may_stand_outside_the_bold_text() -> None:
    assert parts("<strong>Mayotte</strong>: tropical") == [Part("Mayotte", "tropical")]


def test_a_bold_note_is_a_note() -> None:
    assert parts("643,801 sq km<br><strong>note:</strong> includes Corsica") == [
        Part("", "643,801 sq km"),
        Part("", "includes Corsica", is_note=True),
    ]


def test_a_note_within_the_line_is_cut_off() -> None:
    assert parts("French (official); note - also Breton") == [
        Part("", "French (official)"),
        Part("", "also Breton", is_note=True),
    ]


def test_a_note_belongs_to_its_part() -> None:
    assert parts("<strong>Guam:</strong> 5 km; note: rounded")[1] == Part("Guam", "rounded", is_note=True)


def test_the_word_note_alone_cuts_nothing() -> None:
    assert parts("a country of note; exporter of banknotes") == [
        Part("", "a country of note; exporter of banknotes")
    ]


def test_a_long_text_with_a_verb_reads_as_prose() -> None:
    assert reads_as_prose("the coast is low and sandy, and " * 5)


def test_a_long_list_does_not_read_as_prose() -> None:
    assert not reads_as_prose("machinery, vehicles, chemicals, " * 5)


def test_a_short_sentence_does_not_read_as_prose() -> None:
    assert not reads_as_prose("the president is both chief of state and head of government")


def test_a_verb_in_brackets_or_in_a_name_does_not_count() -> None:
    assert not has_a_verb("Christian 32.4% (Maronites are the largest group), Baha'is, Gangwon-do")
