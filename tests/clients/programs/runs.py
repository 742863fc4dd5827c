"""Task runs, one after another, by parallel-web with every answer checked against its types."""

import parallel
import pydantic
from telling import tell

client = parallel.Parallel(max_retries=0, _strict_response_validation=True)


class Country(pydantic.BaseModel):
    capital: str = pydantic.Field(description="The capital city")
    border_countries: list[str] = pydantic.Field(description="The countries that it borders")
    mascot: str | None = pydantic.Field(description="The country's mascot; null if it has none")


def created():
    answer = client.task_run.with_raw_response.create(
        input="Kenya",
        processor="lite",
        metadata={"row": "17", "share": 0.5, "checked": True},
        task_spec={"output_schema": "The capital city"},
        enable_events=True,
        source_policy={"include_domains": ["127.0.0.1"]},
        advanced_settings={"location": "ke"},
        betas=["field-basis-2025-11-25", "made-up-2031-01-01"],
    )
    run_id = answer.parse().run_id
    return {
        "status": answer.http_response.status_code,
        "run": answer.http_response.json(),
        "input": client.task_run.retrieve_input(run_id),
        "later": client.task_run.retrieve(run_id).run_id,
    }


def by_schema(output_schema, **more):
    spec = {"task_spec": {"output_schema": output_schema}} if output_schema else {}
    run = client.task_run.create(input="Kenya", processor="base", **spec, **more)
    return client.task_run.result(run.run_id, api_timeout=60)


first = by_schema({"type": "text", "description": "The capital city"})
capital = {
    "type": "object",
    "properties": {"capital": {"type": "string", "description": "The capital city"}},
    "required": ["capital"],
    "additionalProperties": False,
}
typed = client.task_run.execute(input={"country": "Kenya"}, processor="core", output=Country)
tell(
    created=created(),
    text=first,
    word=client.task_run.execute(input="Kenya", processor="lite", output="The capital city"),
    json=by_schema({"type": "json", "json_schema": capital}),
    json_without_type=by_schema({"json_schema": capital}),
    auto=by_schema({"type": "auto"}),
    none=by_schema(None),
    typed=typed,
    parsed=typed.output.parsed,
    follow_up=by_schema("Its population", previous_interaction_id=first.run.interaction_id),
)
