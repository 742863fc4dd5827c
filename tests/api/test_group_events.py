import pytest

from api.waiting.frames import LAST, group_parts
from provider.types import parse_task_run_input
from runs.groups import add_runs, create_group
from runs.models import RunEvent, TaskGroup
from tests.runs.making import cancelled, completed


@pytest.fixture
def group(workspace) -> TaskGroup:
    group = create_group(workspace=workspace, metadata=None)
    asked = [parse_task_run_input({"input": country, "processor": "lite"}) for country in ("France", "Japan")]
    add_runs(group=group, requests=asked)
    return group


def test_a_groups_stream_goes_on_while_a_run_is_active(group):
    completed(group.runs.get(position=1))
    assert LAST not in group_parts(group, RunEvent.objects.newest_id())


def test_a_groups_stream_ends_with_the_last_run(group):
    completed(group.runs.get(position=1))
    cancelled(group.runs.get(position=2))
    assert group_parts(group, RunEvent.objects.newest_id())[-1] == LAST


def test_a_groups_stream_ends_only_when_every_end_is_told(group):
    completed(group.runs.get(position=1))
    told = RunEvent.objects.newest_id()
    completed(group.runs.get(position=2))  # while the first was being told
    assert LAST not in group_parts(group, told)
