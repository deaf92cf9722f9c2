"""Förslag från bevakning: listed, confirmed one by one or many together, or declined."""
