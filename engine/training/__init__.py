"""Trains the adapter of the span reader. For developers: it needs torch, which nothing else here does.

``squad`` reads the data and keeps articles back for validation, ``examples`` makes windows of tokens of it,
``encoder`` is MiniLM with the adapter in torch, ``fit`` trains it. ``script/train-reader --data FOLDER`` runs
it all; what it writes is read by ``engine.neural``.
"""
