"""Accounts: letters, second steps, what voids access, what waits for a yes."""
