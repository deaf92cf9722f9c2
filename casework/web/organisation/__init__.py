"""Screens of the organisation: units as of any day, people, absences, handing over."""
