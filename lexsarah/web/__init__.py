"""Lex Sarah on screen: the list, a report, what is done with it, and handing one in."""
