"""What bodies of several kinds share."""

from typing import Annotated, Any, Literal, TypeAlias, TypedDict

from msgspec import Meta

Json: TypeAlias = dict[str, Any]
Text = Annotated[str, Meta(min_length=1)]
PageAddress = Annotated[str, Meta(description="The address of a web page.")]
Timestamp = Annotated[
    str, Meta(description="RFC 3339 in UTC with microseconds.", examples=["2026-11-20T10:00:00.123456Z"])
]
DomainList = Annotated[
    list[str],
    Meta(
        max_length=200,
        description="Domains such as example.com, which stand for their subdomains too; paths such as "
        "docs.python.org/3; or endings such as .gov.",
    ),
]


class SourcePolicy(TypedDict, total=False):
    """Which pages may be read. Both lists together have at most 200 entries."""

    include_domains: Annotated[
        DomainList | None, Meta(description="If this names any, no other page is read.")
    ]
    exclude_domains: Annotated[
        DomainList | None, Meta(description="Not read. Ignored beside a list of what to include.")
    ]
    after_date: Annotated[
        Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None,
        Meta(description="Only pages of this date or later, as YYYY-MM-DD."),
    ]


class Warning(TypedDict):
    """Something to know about a request that was accepted all the same."""

    type: Literal["spec_validation_warning", "input_validation_warning", "warning"]
    message: str
    detail: Json | None


class UsageItem(TypedDict):
    """What was counted, and how often."""

    name: str
    count: int
