"""The crawler: waiting visits of the sources in, indexed pages and a sentence for each of the others out.

- ``canonical`` is the one spelling of an address, ``robots`` what a host permits, ``bounds`` what belongs
  to a source.
"""
