"""The Händelselogg of a report: its history, and what was done to it, in one list of days."""
