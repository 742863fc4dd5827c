"""The starter library: what a fresh installation knows before it has read any page."""
