"""Starts, watches and stops the parts of one installation. It knows nothing of what they do."""
