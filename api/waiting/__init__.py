"""What waits for a run or listens to it, in plain ASGI: waiting costs no thread and no connection."""
