"""The Inkorg: what waits for a decision, one by one or several at once."""
