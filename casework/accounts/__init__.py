"""Accounts: who gets a reset link, what voids access, and changes that wait for their owner."""
