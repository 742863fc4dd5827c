"""How passages are found and ranked, and why a passage ranks where it does (``explained``)."""
