"""How passages are found and ranked, and why a passage ranks where it does.

- ``query`` is what is looked up and within which bounds; ``lexical`` what every index of words does with it.
- ``fts5`` is SQLite's index, always up to date; ``fast`` is tantivy's, for many passages. ``upkeep`` makes
  it, lets it follow the tables by their ``changes``, and chooses between the two.
- ``meaning`` finds passages by their vectors, at the reader level (``near`` is what it tells).
- ``ranker`` takes the candidates of both, looks at them closely (``closeness``) and puts them in order.
- ``explained`` tells all that in words.
"""
