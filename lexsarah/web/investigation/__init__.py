"""The investigation on screen: its document, notes, similar events, who is examined."""
