"""Carrying runs to hosted providers: sent once, followed to their end, stored with their evidence."""
