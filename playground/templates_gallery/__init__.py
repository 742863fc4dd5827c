"""Templates to start a task spec from: one JSON file each, listed in the order of the file names."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Template:
    """`input_example` is text, or an object that fits `input_schema`; both schemas are of type object.

    `answered_by_library`: the starter library knows most of its fields, so it needs nothing else.
    """

    slug: str
    name: str
    what_for: str
    answered_by_library: bool
    processor: str
    input_example: str | dict[str, object]
    output_schema: dict[str, object]
    input_schema: dict[str, object] | None = None

    @property
    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    def as_request(self) -> dict[str, object]:
        """The template as the body of a run request."""
        spec: dict[str, object] = {"output_schema": {"type": "json", "json_schema": self.output_schema}}
        if self.input_schema:
            spec["input_schema"] = {"type": "json", "json_schema": self.input_schema}
        return {"input": self.input_example, "processor": self.processor, "task_spec": spec}


def load(folder: Path) -> dict[str, Template]:
    templates = (Template(**json.loads(path.read_text("utf-8"))) for path in sorted(folder.glob("*.json")))
    return {template.slug: template for template in templates}


GALLERY: dict[str, Template] = load(Path(__file__).parent)
ANSWERED_BY_LIBRARY = [template for template in GALLERY.values() if template.answered_by_library]
