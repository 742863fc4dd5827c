"""Distils the World Factbook's JSON edition into the table that ``engine.starter.countries`` reads.

Run by hand when a newer edition is at hand: ``python -m engine.starter.factbook FACTBOOK.json``.
"""
