"""What browser tests and screenshots ask: the quickstart's tasks, a country with lists, a vain question."""

from typing import Any

EMPLOYEE_RANGES = [
    "1-10 employees", "11-50 employees", "51-200 employees", "201-500 employees",
    "501-1000 employees", "1001-5000 employees", "5001-10000 employees", "10001+ employees",
]  # fmt: skip


def json_schema(**properties: dict[str, Any]) -> dict[str, Any]:
    """An output schema of these fields, all of them required."""
    required = {"required": list(properties), "additionalProperties": False}
    return {"type": "json", "json_schema": {"type": "object", "properties": properties} | required}


FOUNDING_DATE = "The founding date of the company in the format MM-YYYY"
COMPANY = json_schema(
    founding_date={
        "type": "string",
        "description": "The official founding date of the company in the format MM-YYYY",
    },
    employee_count={
        "type": "string",
        "enum": EMPLOYEE_RANGES,
        "description": "The range of employees working at the company. Choose the most accurate range "
        "possible and make sure to validate across multiple sources.",
    },
    funding_sources={
        "type": "string",
        "description": "A detailed description, containing 1-4 sentences, of the company's funding sources., "
        "including their estimated value.",
    },
)
COMPANY_INPUT = {
    "type": "object",
    "properties": {
        "company_name": {"type": "string", "description": "The name of the company to research"},
        "company_website": {"type": "string", "description": "The website of the company to research"},
    },
    "required": ["company_name", "company_website"],
}
LIST = {"type": "array", "items": {"type": "string"}}
COUNTRY = json_schema(
    gdp={"type": "string", "description": "GDP in USD with its year"},
    top_exports=LIST | {"description": "Top 3 exported goods"},
    top_imports=LIST | {"description": "Top 3 imported goods"},
    largest_cities=LIST | {"description": "The largest cities"},
)
UNKNOWN = json_schema(
    favourite_colour={"type": "string", "description": "The favourite colour of its doorkeeper"},
)
