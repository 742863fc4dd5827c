"""What the description says of each operation. The types are the wire's."""

from typing import Annotated, Any

from msgspec import Meta

from api.operation import Parameter, Told
from provider.wire import chat, events, groups, responses, search, suggest, tasks
from provider.wire.errors import ErrorEvent, OpenAIErrorResponse

RUNS, GROUPS, SEARCH, SUGGEST, CHAT = "Task runs", "Task groups", "Search and Extract", "Suggestions", "Chat"
TAGS = {
    RUNS: "Ask for something to be found, and fetch it with its evidence.",
    GROUPS: "Many runs that are added, watched and counted together.",
    CHAT: "Chat completions and Responses in OpenAI's form. Errors are in OpenAI's envelope too.",
    SEARCH: "Pages of the index that hold what is searched for, and what given pages hold.",
    SUGGEST: "A task from a sentence, and the processor that suits a task.",
}
SPEC = {
    "output_schema": {
        "type": "json",
        "json_schema": {
            "type": "object",
            "properties": {
                "capital": {"type": "string", "description": "The capital of the country"},
                "population": {"type": ["integer", "null"], "description": "How many people live there"},
            },
            "required": ["capital", "population"],
            "additionalProperties": False,
        },
    }
}
SECONDS = Annotated[float, Meta(ge=0)]
CURSOR = Parameter(
    "last_event_id",
    Annotated[
        str, Meta(description="Go on after this cursor, the event_id of an event or one of added runs.")
    ],
)
READ_TIMEOUT = Parameter(
    "x-stainless-read-timeout",
    Annotated[
        str, Meta(description="The client's read timeout in seconds, as the SDKs send it.", examples=["600"])
    ],
    place="header",
)
PROVIDER = Parameter(
    "x-groundwork-provider",
    Annotated[str, Meta(description="Who carries it out; without it, the workspace's default provider.")],
    place="header",
)
QUESTION: dict[str, Any] = {"role": "user", "content": "What is the capital of France?"}

CREATE_RUN = Told(
    summary="Create a task run",
    tag=RUNS,
    notes="Answers at once with the run as it is queued. There is no idempotency key: the same request sent "
    "twice is two runs.",
    takes=tasks.TaskRunInput,
    gives=tasks.TaskRun,
    status=202,
    parameters=(PROVIDER,),
    limit="tasks",
    example={"input": "France", "processor": "lite", "task_spec": SPEC},
)
RETRIEVE_RUN = Told(
    summary="Retrieve a task run",
    tag=RUNS,
    notes="The run as it stands, without waiting.",
    gives=tasks.TaskRun,
)
SENT_INPUT = Told(
    summary="Retrieve what a task run was asked",
    tag=RUNS,
    notes="The body that asked for the run, as it was sent.",
    gives=tasks.TaskRunInput,
)
RESULT = Told(
    summary="Wait for a task run's result",
    tag=RUNS,
    notes="Waits until the run has ended. A run that failed or was cancelled is answered with 404: retrieve "
    "it to learn why. When the time is up the answer is 408, and the run goes on: ask again.",
    gives=tasks.TaskRunResult,
    parameters=(
        Parameter(
            "timeout",
            Annotated[
                SECONDS,
                Meta(
                    description="Seconds to wait, 3600 at the most. Without it: as long as the client's read "
                    "timeout leaves, and 600 at the least.",
                    examples=[25],
                ),
            ],
        ),
        READ_TIMEOUT,
    ),
    refusals=(408,),
)
RUN_EVENTS = Told(
    summary="Stream a task run's events",
    tag=RUNS,
    notes="Where the run stands, all that it said so far, then what it says, and last its end with the "
    "output. Closed after 570 seconds: connect again and all is told again. A comment every 15 seconds keeps "
    "it open.",
    events=(
        events.TaskRunEvent,
        events.TaskRunProgressStatsEvent,
        events.TaskRunProgressMessageEvent,
        ErrorEvent,
    ),
)
CREATE_GROUP = Told(
    summary="Create a task group",
    tag=GROUPS,
    notes="A group is empty at first. The body may be left out.",
    takes=groups.CreateTaskGroupRequest,
    gives=groups.TaskGroup,
    limit="tasks",
    example={"metadata": {"sheet": "countries"}},
)
RETRIEVE_GROUP = Told(
    summary="Retrieve a task group", tag=GROUPS, notes="Where the group stands.", gives=groups.TaskGroup
)
ADD_RUNS = Told(
    summary="Add runs to a task group",
    tag=GROUPS,
    notes="Up to 1,000 runs at once and as often as is wanted, also after the group came to rest. Each run "
    "counts against the rate limit.",
    takes=groups.TaskGroupRunRequest,
    gives=groups.TaskGroupRunResponse,
    parameters=(
        Parameter(
            "refresh_status",
            Annotated[bool, Meta(description="Accepted; the status is always a fresh one.")],
        ),
        PROVIDER,
    ),
    limit="tasks",
    example={
        "default_task_spec": SPEC,
        "inputs": [{"input": "France", "processor": "lite"}, {"input": "Japan", "processor": "lite"}],
    },
)
GROUP_RUNS = Told(
    summary="Stream a task group's runs",
    tag=GROUPS,
    notes="One event for every run of the group as it is now, and then the end: it does not wait.",
    events=(events.TaskRunEvent, ErrorEvent),
    parameters=(
        CURSOR,
        Parameter("status", Annotated[tasks.Status, Meta(description="Only runs with this status.")]),
        Parameter("include_input", bool),
        Parameter("include_output", Annotated[bool, Meta(description="Of the runs that are completed.")]),
    ),
    refusals=(422,),
)
RETRIEVE_GROUP_RUN = Told(
    summary="Retrieve a run of a group",
    tag=GROUPS,
    notes="As the run by itself is retrieved.",
    gives=tasks.TaskRun,
)
GROUP_EVENTS = Told(
    summary="Stream a task group's events",
    tag=GROUPS,
    notes="Every run that ended, and where the group stands after it; closed when no run is active any more, "
    "after an hour at the most. Fetch the outputs from each run's result.",
    events=(events.TaskGroupStatusEvent, events.TaskRunEvent, ErrorEvent),
    parameters=(
        CURSOR,
        Parameter(
            "timeout",
            Annotated[SECONDS, Meta(description="Seconds until the stream is closed, 3600 at the most.")],
        ),
    ),
)
COMPLETE_CHAT = Told(
    summary="Answer a conversation",
    tag=CHAT,
    notes="“speed” answers at once from the index. “lite”, “base” and “core” are runs of these processors, "
    "which are waited for, and which stand in the history. With “stream” the answer comes in chunks. What "
    "else OpenAI's API takes, such as temperature, max_tokens, tools and stop, is accepted and not used. A "
    "hosted provider gets the request as it is, and its answer is passed on: that is no run.",
    takes=chat.ChatCompletionRequest,
    gives=chat.ChatCompletion,
    events=(chat.ChatCompletionChunk, OpenAIErrorResponse),
    parameters=(PROVIDER,),
    limit="chat",
    refusals=(402, 404, 408, 500, 502, 503, 504),
    example={"model": "speed", "messages": [QUESTION]},
    openai=True,
)
RESPOND = Told(
    summary="Answer with a response",
    tag=CHAT,
    notes="Every response is a run, so another can go on from it. With “stream” the answer comes as events.",
    takes=responses.ResponsesRequest,
    gives=responses.Response,
    events=(responses.ResponseEvent, OpenAIErrorResponse),
    parameters=(PROVIDER,),
    limit="responses",
    refusals=(400, 408),
    example={"model": "parallel", "input": QUESTION["content"], "reasoning": {"effort": "low"}},
    openai=True,
)
FIND = Told(
    summary="Search the index",
    tag=SEARCH,
    notes="Ranked pages of the index with the passages that hold what is searched for.",
    takes=search.SearchRequest,
    gives=search.SearchResponse,
    limit="search",
    example={"search_queries": ["capital of France"], "objective": "What is the capital of France?"},
)
FIND_OLDER = Told(
    summary="Search the index, in the older form",
    tag=SEARCH,
    notes="As the current form, with flat settings and no session.",
    takes=search.BetaSearchRequest,
    gives=search.BetaSearchResponse,
    limit="search",
    example={"objective": "What is the capital of France?", "max_results": 5},
)
OPEN_PAGES = Told(
    summary="Read web pages",
    tag=SEARCH,
    notes="Pages of the index are read from it, others are fetched. Every address is either among the "
    "results or among the errors; addresses of private networks are refused.",
    takes=search.ExtractRequest,
    gives=search.ExtractResponse,
    limit="extract",
    example={"urls": ["https://example.com/"], "objective": "What is this page for?"},
)
OPEN_PAGES_OLDER = Told(
    summary="Read web pages, in the older form",
    tag=SEARCH,
    notes="As the current form, with flat settings and no session.",
    takes=search.BetaExtractRequest,
    gives=search.BetaExtractResponse,
    limit="extract",
    example={"urls": ["https://example.com/"], "excerpts": True, "full_content": False},
)
SUGGEST_TASK = Told(
    summary="Suggest a task",
    tag=SUGGEST,
    notes="By rules over the words, so the same sentence always gives the same task.",
    takes=suggest.SuggestRequest,
    gives=suggest.SuggestedTask,
    limit="suggest",
    example={"user_intent": "Find the founding year, CEO and headquarters of each company"},
)
SUGGEST_PROCESSOR = Told(
    summary="Suggest a processor",
    tag=SUGGEST,
    notes="The cheapest processor that is up to the task comes first.",
    takes=suggest.SuggestProcessorRequest,
    gives=suggest.SuggestedProcessor,
    limit="suggest",
    example={"task_spec": SPEC},
)
