#!/usr/bin/env python
"""Django's command line, with the embedded servers started where no real ones are named."""

import os
import sys


def main() -> None:
    """Run the command; see ``config.servers.commands`` for what happens before it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from config.servers.commands import prepare

    try:
        prepare(sys.argv)
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
