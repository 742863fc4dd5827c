"""Everything that the API serves, in one table: the addresses and the description are made from it."""

from api import told
from api.operation import Operation
from api.views import groups, runs, search, suggest
from api.waiting.chat import chat
from api.waiting.responses import responses
from api.waiting.results import result
from api.waiting.streams import group_events, group_runs, run_events
from teams.models import Role

RUNS = "/v1/tasks/runs"
GROUPS = "/v1/tasks/groups"
EDITOR = Role.EDITOR
RUN = f"{RUNS}/{{run_id}}"
GROUP = f"{GROUPS}/{{taskgroup_id}}"
OPERATIONS = (
    Operation("POST", RUNS, told.CREATE_RUN, runs.create, role=EDITOR, beta=True),
    Operation("GET", RUN, told.RETRIEVE_RUN, runs.retrieve, beta=True),
    Operation("GET", f"{RUN}/input", told.SENT_INPUT, runs.sent_input, beta=True),
    Operation("GET", f"{RUN}/result", told.RESULT, wait=result, beta=True),
    Operation("GET", f"{RUN}/events", told.RUN_EVENTS, wait=run_events, beta=True),
    Operation("POST", GROUPS, told.CREATE_GROUP, groups.create, role=EDITOR, beta=True),
    Operation("GET", GROUP, told.RETRIEVE_GROUP, groups.retrieve, beta=True),
    Operation("POST", f"{GROUP}/runs", told.ADD_RUNS, groups.add, role=EDITOR, beta=True),
    Operation("GET", f"{GROUP}/runs", told.GROUP_RUNS, wait=group_runs, beta=True),
    Operation("GET", f"{GROUP}/runs/{{run_id}}", told.RETRIEVE_GROUP_RUN, groups.retrieve_run, beta=True),
    Operation("GET", f"{GROUP}/events", told.GROUP_EVENTS, wait=group_events, beta=True),
    Operation("POST", "/chat/completions", told.COMPLETE_CHAT, wait=chat, role=EDITOR),
    Operation("POST", "/v1/chat/completions", told.COMPLETE_CHAT, wait=chat, role=EDITOR, beta=True),
    Operation("POST", "/v1/responses", told.RESPOND, wait=responses, role=EDITOR),
    Operation("POST", "/v1/search", told.FIND, search.find),
    Operation("POST", "/v1beta/search", told.FIND_OLDER, search.find_older),
    Operation("POST", "/v1/extract", told.OPEN_PAGES, search.open_pages, role=EDITOR),
    Operation("POST", "/v1beta/extract", told.OPEN_PAGES_OLDER, search.open_pages_older, role=EDITOR),
    Operation("POST", "/v1beta/tasks/suggest", told.SUGGEST_TASK, suggest.suggest),
    Operation("POST", "/v1beta/tasks/suggest-processor", told.SUGGEST_PROCESSOR, suggest.processor),
)
