"""LangChain with a token that has asked for too much: it waits as it is told to, asks again, and gives up."""

import time

from langchain_parallel import ChatParallelWeb
from telling import TOKEN, URL, failure, tell

waits = []
time.sleep = waits.append  # the client's pauses between its tries
llm = ChatParallelWeb(model="speed", api_key=TOKEN, base_url=URL)
tell(refused=failure(lambda: llm.invoke([("human", "What is the capital of Kenya?")])), waits=waits)
