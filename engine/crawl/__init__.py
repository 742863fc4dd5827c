"""The crawler: waiting visits of the sources in, searchable pages out, and a sentence for each of the others.

- ``canonical`` is the one spelling of an address, ``bounds`` what belongs to a source.
- ``frontier`` says which visits come next, and lets new ones wait: their table is the queue and the truth.
- ``hosts`` keeps to what each web server wants, with ``robots`` as its rules and ``host_rows`` as its memory.
- ``fetching`` makes one visit, in a thread, with ``sitemaps`` read as they arrive.
- ``jobs`` is what ``readers``, processes with limits of time and memory, are given for ``parsing`` and what
  they give back: documents, ``links`` and the fingerprint (``simhash``) by which near copies are found.
- ``writing`` stores pages and states together.
- ``loop`` drives all of it, ``service`` makes one by the settings; ``manage.py crawl`` runs it.
"""
