"""Search and Extract, in the current form and in the older one under ``/v1beta``."""

from typing import Annotated, Literal, NotRequired, Required, TypedDict

from msgspec import Meta

from provider.wire.common import PageAddress, SourcePolicy, UsageItem, Warning

Query = Annotated[str, Meta(max_length=200)]
Queries = Annotated[
    list[Query],
    Meta(
        min_length=1,
        max_length=5,
        description="Short keyword queries of 3 to 6 words; two or three find most.",
        examples=[["capital of France"]],
    ),
]
Objective = Annotated[
    Annotated[str, Meta(max_length=5_000)] | None,
    Meta(description="The question behind the queries; it decides which passages are quoted."),
]
SessionId = Annotated[
    Annotated[str, Meta(max_length=1_000)] | None,
    Meta(description="Ties calls of one piece of work together; it is sent back as it was given."),
]
ClientModel = Annotated[str | None, Meta(description="The model that will read the answer; not used.")]
CharsTotal = Annotated[
    Annotated[int, Meta(ge=1)] | None, Meta(description="At most so many characters of excerpts in all.")
]
CharsPerResult = Annotated[
    Annotated[int, Meta(ge=1)] | None,
    Meta(description="At most so many characters of excerpts per page; fewer than 1,000 count as 1,000."),
]
MaxResults = Annotated[
    Annotated[int, Meta(ge=1)] | None,
    Meta(description="At most so many pages: 10 by itself, 20 at the most."),
]
Location = Annotated[str | None, Meta(description="A country code; ignored with a warning.")]


class FetchPolicy(TypedDict, total=False):
    """How fresh pages must be. What the index holds is answered from it, whatever its age."""

    max_age_seconds: Annotated[int, Meta(ge=600)] | None
    timeout_seconds: Annotated[
        Annotated[float, Meta(gt=0)] | None, Meta(description="How long to wait for a page; 60 at the most.")
    ]
    disable_cache_fallback: bool | None


class ExcerptSettings(TypedDict, total=False):
    max_chars_per_result: CharsPerResult


class AdvancedSearchSettings(TypedDict, total=False):
    source_policy: SourcePolicy | None
    fetch_policy: FetchPolicy | None
    excerpt_settings: ExcerptSettings | None
    location: Location
    max_results: MaxResults


class SearchRequest(TypedDict, total=False):
    search_queries: Required[Queries]
    objective: Objective
    mode: Annotated[
        Literal["turbo", "fast", "basic", "advanced"] | None,
        Meta(description="How deep to search and how much to quote; advanced by itself."),
    ]
    max_chars_total: CharsTotal
    session_id: SessionId
    client_model: ClientModel
    advanced_settings: AdvancedSearchSettings | None


class SearchResult(TypedDict):
    """A page that was found; its excerpts are words of the page, best first."""

    url: PageAddress
    title: str | None
    publish_date: Annotated[str | None, Meta(description="YYYY-MM-DD.")]
    excerpts: list[str]


class SearchResponse(TypedDict):
    search_id: Annotated[str, Meta(examples=["search_cad0a6d2dec046bd95ae900527d880e7"])]
    session_id: str
    results: Annotated[list[SearchResult], Meta(description="Best first.")]
    warnings: list[Warning] | None
    usage: list[UsageItem] | None


class FullContentSettings(TypedDict, total=False):
    max_chars_per_result: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="At most so many characters of each page, from its beginning; 100,000 by itself."),
    ]


FullContent = Annotated[
    FullContentSettings | bool | None, Meta(description="The whole page as Markdown; not by itself.")
]
Urls = Annotated[
    list[PageAddress],
    Meta(min_length=1, max_length=20, description="The pages to read, each once.", examples=[["https://example.com/"]]),
]  # fmt: skip
SomeQueries = Annotated[
    Annotated[list[Query], Meta(max_length=5)] | None,
    Meta(description="Queries that the excerpts are to answer."),
]


class AdvancedExtractSettings(TypedDict, total=False):
    fetch_policy: FetchPolicy | None
    excerpt_settings: ExcerptSettings | None
    full_content: FullContent


class ExtractRequest(TypedDict, total=False):
    urls: Required[Urls]
    objective: Objective
    search_queries: SomeQueries
    max_chars_total: CharsTotal
    session_id: SessionId
    client_model: ClientModel
    advanced_settings: AdvancedExtractSettings | None


class ExtractResult(SearchResult):
    """A page that was read."""

    full_content: Annotated[str | None, Meta(description="Markdown; null unless it was asked for.")]


class ExtractError(TypedDict):
    """An address that could not be read."""

    url: PageAddress
    error_type: Annotated[str, Meta(examples=["url_not_allowed", "http_error", "timeout", "not_indexed"])]
    http_status_code: int | None
    content: str | None


class ExtractResponse(TypedDict):
    """Every address that was asked for is either among the results or among the errors."""

    extract_id: Annotated[str, Meta(examples=["extract_cad0a6d2dec046bd95ae900527d880e7"])]
    session_id: str
    results: list[ExtractResult]
    errors: list[ExtractError]
    warnings: list[Warning] | None
    usage: list[UsageItem] | None


class BetaExcerptSettings(ExcerptSettings, total=False):
    max_chars_total: CharsTotal


class BetaSearchRequest(TypedDict, total=False):
    """The older form. It needs an objective or a query."""

    objective: Objective
    search_queries: SomeQueries
    mode: Literal["one-shot", "agentic", "fast"] | None
    processor: Literal["base", "pro"] | None
    max_results: MaxResults
    max_chars_per_result: CharsPerResult
    excerpts: BetaExcerptSettings | None
    source_policy: SourcePolicy | None
    fetch_policy: FetchPolicy | None
    location: Location
    session_id: SessionId
    client_model: ClientModel


class BetaSearchResponse(TypedDict):
    search_id: str
    results: list[SearchResult]
    warnings: list[Warning] | None
    usage: list[UsageItem] | None


class BetaExtractRequest(TypedDict, total=False):
    """The older form."""

    urls: Required[Urls]
    objective: Objective
    search_queries: SomeQueries
    excerpts: Annotated[BetaExcerptSettings | bool | None, Meta(description="False leaves the excerpts out.")]
    full_content: FullContent
    fetch_policy: FetchPolicy | None
    session_id: SessionId
    client_model: ClientModel


class BetaExtractResult(TypedDict):
    url: PageAddress
    title: str | None
    publish_date: str | None
    excerpts: list[str] | None
    full_content: NotRequired[str | None]


class BetaExtractResponse(TypedDict):
    extract_id: str
    results: list[BetaExtractResult]
    errors: list[ExtractError]
    warnings: list[Warning] | None
    usage: list[UsageItem] | None
