"""Where to ask, with what, and how to say what came of it. Used in every environment: no packages here."""

import json
import os
import sys

URL, TOKEN = os.environ["GROUNDWORK_URL"], os.environ["GROUNDWORK_TOKEN"]


def tell(**found):
    """Print it as JSON; what has a `to_dict` or a `model_dump` is told as that."""
    json.dump(found, sys.stdout, default=plain)


def plain(thing):
    if hasattr(thing, "to_dict"):
        return thing.to_dict()
    return thing.model_dump(mode="json") if hasattr(thing, "model_dump") else str(thing)


def failure(call):
    """The error that the call ends in: its class, and what the server had said."""
    try:
        call()
    except Exception as error:
        return told_of(error)
    return {"class": None, "text": "it was served"}


def told_of(error):
    seen = {"class": type(error).__name__, "text": str(error)}
    return seen | {"status": getattr(error, "status_code", None), "body": getattr(error, "body", None)}
