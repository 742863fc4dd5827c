"""Search engines that the engine asks while it researches: MediaWiki and SearXNG.

What they find is only where to look. A snippet of theirs is never evidence; the pages are fetched, read and
indexed by ``engine.live`` like any other.
"""
