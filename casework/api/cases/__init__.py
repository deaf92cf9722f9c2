"""Cases and what is done in them, in the API."""
