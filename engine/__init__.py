"""The research engine: indexed pages in, answers with evidence out. It knows nothing of runs or people.

In the order of the work:

- ``document`` is a page as others write it, ``index`` takes it in (``passages``, ``names``, ``models``).
- ``sources`` is what people do with sets of pages (``source_input``, ``uploads``), ``crawl`` reads them.
- ``research`` answers a task: ``tiers`` is its budget, ``library`` what it may read under ``policy``,
  ``trace`` what it says meanwhile, ``output`` what it gives back.
- ``chat`` answers the last question of a conversation in the same way, at once.
- ``search`` finds pages for queries: ``modes`` is its budget, ``ranking`` fuses, ``telling``
  finds the passages that answer, ``excerpts`` quotes.
- ``retrieval`` finds passages for all of these: candidates by words (``fts5`` or ``fast``, which ``upkeep``
  keeps) and by ``meaning``, looked at closely (``closeness``), put in order (``ranker``), ``explained``.
- ``extract`` reads given addresses: ``addresses`` finds them in the index, ``net`` (with ``guard`` and
  ``body``) fetches them, ``fetched`` and ``formats`` make documents of what came, ``markdown`` writes them
  out.
- ``live`` fetches new pages for a task, where a source is a search engine or a wiki (``backends``).
- ``suggest`` makes a task spec of a sentence; it reads no page.
- ``subject`` finds what the input is about (``mentions``, ``keys``, ``kin``, ``sites``, ``flags``,
  ``lookalikes``), ``aim`` what else a question names, ``schema``, ``form`` and ``question`` what is asked,
  ``wants`` and ``concepts`` what pages call that.
- ``finder`` fills one field: ``from_facts`` (with ``offices`` and ``roles``; ``labelled`` reads facts out of
  lines and short sections), ``meaning``, ``from_prose``, ``from_spans`` and ``passage_answers`` find the
  place, ``readers`` the value, ``blanks`` what stands where there is none, ``evidence`` what proves it.
- ``structured``, ``textual`` and ``auto`` put the output together.
- ``llm`` is the level with a language model, which fills what these leave open and proves it by quotes.
- ``reading``, ``sentences``, ``words`` and ``vocabulary`` are how text is read everywhere.
"""
