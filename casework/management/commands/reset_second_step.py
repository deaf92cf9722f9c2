"""``manage.py reset_second_step USER``: the last way in for who has lost the telephone."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.accounts import changes, voiding
from casework.audit.work import unit_of_work
from casework.organisation.models import User


class Command(BaseCommand):
    """Take off a lost second step; audited, and told to its owner by letter."""

    help = "Tar bort ett tappat andra steg vid inloggning. Användaren får ett brev."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The account, by its user name."""
        parser.add_argument("user", metavar="USER", help="användarnamn")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it off, and what waited for the same with it."""
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError("Det finns inget konto med det användarnamnet.")
        with unit_of_work(voiding.Account(user, acting=False)) as work:
            if not changes.has_second_step(user):
                raise CommandError("Kontot loggar inte in i två steg.")
            changes.take_off(work, user)
        told = "Ägaren får ett brev." if user.email else "Kontot har ingen e-postadress."
        self.stderr.write(f"Det andra steget är borttaget. {told}")
