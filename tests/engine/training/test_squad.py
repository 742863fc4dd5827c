import json
from pathlib import Path

from engine.training import squad
from engine.training.squad import Question, gold

CONTEXT = "The first crisis began in October 1973; prices rose. The second crisis began in 1979, not in 1973."


def question(text: str, *answers: str) -> Question:
    return Question("1", "Oil", CONTEXT, text, answers)


def places(asked: Question) -> dict[str, float]:
    return {CONTEXT[start:end]: share for (start, end), share in gold(asked).items()}


def test_each_place_has_its_share_of_the_annotators() -> None:
    asked = question("When did it begin?", "October 1973", "October 1973", "October", "in October 1973")
    assert places(asked) == {"October 1973": 0.5, "October": 0.25, "in October 1973": 0.25}


def test_an_answer_stands_where_the_others_are() -> None:
    spans = gold(question("When did the first begin?", "October 1973", "1973"))
    assert (CONTEXT.index("1973"), CONTEXT.index("1973") + 4) in spans
    assert len(spans) == 2


def test_or_near_what_the_question_says() -> None:
    ((start, _),) = gold(question("What began in 1979?", "crisis"))
    assert CONTEXT[start - 7 :].startswith("second crisis")


def test_a_whole_word_goes_before_a_part_of_one() -> None:
    asked = Question("1", "Oil", "A seaport is no port.", "What is it not?", ("port",))
    assert list(gold(asked)) == [(16, 20)]


def test_questions_are_read_once_and_those_without_an_answer_too(tmp_path: Path) -> None:
    answered = {"id": "a", "question": "When?", "answers": ["1979"], "is_impossible": False}
    empty = {"id": "b", "question": "Who?", "answers": [], "is_impossible": True}
    for name, asked in (("squad-1.1.json", [answered]), ("squad-v2.0.json", [answered, empty])):
        article = {"title": "Oil", "paragraphs": [{"context": CONTEXT, "qas": asked}]}
        (tmp_path / name).write_text(json.dumps({"version": "1", "data": [article]}))
    found = squad.questions(tmp_path)
    assert [(asked.id, asked.answers) for asked in found] == [("a", ("1979",)), ("b", ())]


def test_an_article_is_either_trained_on_or_kept_back() -> None:
    asked = [Question("1", title, "", "", ()) for title in ("Prime_number", "Rhine", "Steam_engine")]
    assert [each.article for each in squad.kept_back(asked)] == ["Prime_number"]
    assert [each.article for each in squad.trained_on(asked)] == ["Rhine", "Steam_engine"]
