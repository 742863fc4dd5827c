"""A model that reads: it quotes the lines of the passages that share most with what is asked."""

import json
import re
from typing import Any

Json = dict[str, Any]
SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
LINE = re.compile(r"^\{.*\}$", re.M)


def passages_in(prompt: str) -> list[Json]:
    return [line for line in lines_in(prompt) if "passage" in line]


def fields_in(prompt: str) -> list[Json]:
    return [line for line in lines_in(prompt) if "field" in line]


def lines_in(prompt: str) -> list[Json]:
    return [json.loads(found) for found in LINE.findall(prompt)]


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.replace("_", " ").lower()))


def best_line(asked: str, passages: list[Json]) -> tuple[Json, str] | None:
    """The passage and its line that hold most of the asked words, if any does."""
    lines = [(one, line) for one in passages for line in one["text"].split("\n") if line.strip()]
    ranked = max(lines, key=lambda pair: len(words(asked) & words(pair[1])), default=None)
    return ranked if ranked and words(asked) & words(ranked[1]) else None


def value_of(line: str, field: Json) -> Any:
    """What stands behind the label, in the field's type as far as that is simple."""
    said = line.partition(": ")[2] or line
    figure = re.search(r"(-?\d[\d,]*(?:\.\d+)?)(?: (thousand|million|billion|trillion))?", said)
    number = float(figure[1].replace(",", "")) * SCALES.get(figure[2], 1) if figure else None
    match field["type"]:
        case "integer":
            return None if number is None else int(number)
        case "number":
            return number
        case "boolean":
            return said.lower().startswith("yes") if said.lower().startswith(("yes", "no")) else None
        case "array":
            return [part.strip() for part in said.split(",")]
        case "enum":
            return next((one for one in field["one_of"] if str(one).lower() in line.lower()), None)
        case "string":
            return said.strip()
    return None


def answer(messages: list[Json]) -> Json:
    """The JSON object that a prompt asks for."""
    system, prompt = messages[0]["content"], messages[1]["content"]
    passages = passages_in(prompt)
    asked = re.search(r"Input: (.*)", prompt)
    question = asked[1] if asked else ""
    if "queries" in system:
        return {"queries": [f"{question} {field['field']}" for field in fields_in(prompt)]}
    if "sentences" in system:
        return {"sentences": [sentence(question, passages)] if passages else []}
    if "findings" in system:
        found = best_line(question, passages)
        return {"findings": [finding(*found)] if found else []}
    return {field["field"]: filled(field, passages) for field in fields_in(prompt)}


def filled(field: Json, passages: list[Json]) -> Json:
    found = best_line(f"{field['field']} {field.get('description', '')}", passages)
    if found is None:
        return {"value": None, "quotes": [], "reasoning": "No passage says it."}
    passage, line = found
    quotes = [{"passage": passage["passage"], "text": line}]
    return {"value": value_of(line, field), "quotes": quotes, "reasoning": "The passage says so."}


def sentence(question: str, passages: list[Json]) -> Json:
    passage, line = best_line(question, passages) or (passages[0], passages[0]["text"].split("\n")[0])
    return {"text": line, "quotes": [{"passage": passage["passage"], "text": line}]}


def finding(passage: Json, line: str) -> Json:
    label, _, said = line.partition(": ")
    value = said or line
    return {"name": label[:60], "value": value, "quotes": [{"passage": passage["passage"], "text": line}]}


def spoken(messages: list[Json]) -> str:
    """The answer of a chat: the best line with the number of its passage."""
    prompt = messages[-1]["content"]
    question = prompt.rpartition("Question: ")[2]
    found = best_line(question, passages_in(prompt))
    return f"{found[1]} [{found[0]['passage']}]" if found else "The passages do not say it."
