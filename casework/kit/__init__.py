"""The few helpers that make web views, REST viewsets and admin classes thin."""
