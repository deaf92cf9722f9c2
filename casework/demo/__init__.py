"""The demo board: its organisation and people, and eighteen months in which they worked.

Apps add what is theirs in ``demo_data`` modules (see ``registry``). Everything goes through the
services that people use, each act on its own day, so that any past day can be asked for.
"""
