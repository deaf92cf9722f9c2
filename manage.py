#!/usr/bin/env python
"""Django's command line, with the embedded servers started where no real ones are named."""

import os
import sys


def main() -> None:
    """Run the command; see ``config.servers.commands`` for what happens before it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config.servers.commands import prepare

    prepare(sys.argv)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
