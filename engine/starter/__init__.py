"""The starter library: what a fresh installation knows before it has read any page."""

STARTER = "starter"
"""The scope of the starter library; every workspace may read it."""
