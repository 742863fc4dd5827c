"""What parallel-web raises for requests that can't be served."""

from parallel import Parallel
from telling import failure, tell

client = Parallel(max_retries=0)
stranger = Parallel(max_retries=0, api_key="gw_nobody")
runs, groups = client.task_run, client.task_group
RUN, GROUP = "trun_" + "0" * 32, "tgrp_" + "0" * 32


def create(**fields):
    return lambda: runs.create(**{"input": "Kenya", "processor": "lite", **fields})


def with_schema(schema):
    return create(task_spec={"output_schema": {"type": "json", "json_schema": schema}})


TEXT = {"type": "string"}
CASES = {
    "401 create": lambda: stranger.task_run.create(input="Kenya", processor="lite"),
    "401 retrieve": lambda: stranger.task_run.retrieve(RUN),
    "401 result": lambda: stranger.task_run.result(RUN),
    "401 events": lambda: list(stranger.task_run.events(RUN)),
    "401 group": lambda: stranger.task_group.create(),
    "403 processor": create(processor="turbo"),
    "404 retrieve": lambda: runs.retrieve(RUN),
    "404 input": lambda: runs.retrieve_input(RUN),
    "404 result": lambda: runs.result(RUN),
    "404 events": lambda: list(runs.events(RUN)),
    "404 group": lambda: groups.retrieve(GROUP),
    "404 group runs": lambda: list(groups.get_runs(GROUP)),
    "404 group events": lambda: list(groups.events(GROUP)),
    "404 name": lambda: runs.retrieve("no-name-of-a-run"),
    "422 input": create(extra_body={"input": 17}),
    "422 no processor": create(extra_body={"processor": None}),
    "422 metadata": create(metadata={"a name of more than 16": "x"}),
    "422 array": with_schema({"type": "array", "items": TEXT}),
    "422 no properties": with_schema({"type": "object"}),
    "422 keyword": with_schema({"type": "object", "properties": {"a": TEXT | {"minLength": 3}}}),
    "422 any of": with_schema({"anyOf": [{"type": "object"}], "properties": {"a": TEXT}}),
    "422 too long": create(input="word " * 6000),
    "422 group run": lambda: groups.add_runs(groups.create().task_group_id, inputs=[{"input": "Kenya"}]),
}
tell(**{name: failure(case) for name, case in CASES.items()})
