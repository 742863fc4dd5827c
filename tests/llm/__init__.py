"""An endpoint that speaks OpenAI's Chat API, or misbehaves in every way: ``python -m tests.llm --port 0``."""
