"""The wire's types: what bodies hold, field by field. Only types; what checks them is in ``provider.types*``.

Their docstrings and notes are read by people: the description of the API is made from them.
"""
