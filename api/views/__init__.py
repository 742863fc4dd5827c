"""What is answered at once. What waits or streams is in ``api/waiting``."""
