"""Attacks on an instance of our own, bounded in number and time: `make test-long` runs them."""
