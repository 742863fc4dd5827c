"""The LLM level: a language model of any OpenAI-compatible endpoint reads what the engine found.

It is given passages of the index and may only point at them. Each answer needs a quote that stands in its
passage, letter for letter, and from which the value follows; an answer with none is not given. What a model
says of its own sureness counts for nothing, and nothing is fetched or run because a page or a model says so.

- ``endpoint`` is where the model is, ``client`` asks it, ``replies`` and ``stream`` read what it answers,
  ``problems`` are the ways in which it doesn't.
- ``budget`` is what one run may spend, ``asking`` gets JSON within it.
- ``shelf`` finds the passages, ``prompts`` puts them before the model, ``injection`` leaves out what speaks
  to it.
- ``quotes`` finds what was quoted, ``derive`` (``figures``, ``phrases``) reads the value again from there,
  ``checking`` makes an answer of both.
- ``analyst`` fills what the engine left open in a run, ``chat`` answers a conversation as a stream.
"""
