"""Search and Extract by parallel-web, with every answer checked against its types."""

import parallel
from telling import failure, tell

client = parallel.Parallel(max_retries=0, _strict_response_validation=True)
URL = "https://example.invalid/page"

found = client.search(
    search_queries=["capital of Kenya"],
    objective="What is the capital of Kenya?",
    mode="fast",
    advanced_settings={"max_results": 3},
)
again = client.search(search_queries=["population of Kenya"], session_id=found.session_id)
first = found.results[0].url
opened = client.extract(
    urls=[first, URL],
    objective="The capital of Kenya",
    advanced_settings={"full_content": True},
    session_id=found.session_id,
)
tell(
    found=found,
    again=again,
    opened=opened,
    no_queries=failure(lambda: client.search(search_queries=[])),
    too_many=failure(lambda: client.extract(urls=[f"{URL}/{number}" for number in range(21)])),
)
