"""Utredningar: the weekly list, what is to come, the late ones, how it stands in each unit."""
