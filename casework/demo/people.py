"""The people of the demo: none is real, and every name says so."""

from functools import cached_property

from django.contrib.auth.hashers import make_password

from casework.organisation.models import Board, User

PASSWORD = "demo"  # noqa: S105  the demo board's alone, as announced by `make run`

LOGINS = {
    "socialsekreterare": ("Amina", "Socialsekreterare"),
    "forste": ("Frida", "Förste socialsekreterare"),
    "enhetschef": ("Eva", "Enhetschef"),
    "avdelningschef": ("Anna", "Avdelningschef"),
    "sas": ("Sara", "Socialt ansvarig samordnare"),
    "beslutsfattare": ("Birgit", "Ordförande i utskottet"),
    "utvecklare": ("Vera", "Verksamhetsutvecklare"),
    "registrator": ("Rut", "Registrator"),
    "admin": ("Simon", "Systemförvaltare"),
}
FIRST_NAMES = (
    "Ada Agnes Albin Alex Ali Alma Amir Anders Anja Anton Asta Astrid Axel Björn Bo Carina Dana "
    "Daniel David Disa Ebba Edvin Elias Elin Ella Elsa Emil Emma Erik Ester Fatima Filip Freja "
    "Gabriel Greta Gustav Hanna Hassan Hedda Helena Henrik Hugo Ida Ines Ingrid Isak Jakob Jasmin "
    "Jenny Joel Johan Jonas Judit Julia Kajsa Karim Karin Klara Lars Leo Liam Lina Linn Lisa Livia "
    "Lovisa Lukas Magnus Maja Malin Maria Markus Martin Matilda Maya Melker Mikael Mina Mira Moa "
    "Nadia Nils Noel Nora Olivia Omar Oskar Otto Per Petra Rasmus Rebecka Robin Rut Sami Samuel "
    "Sandra Sigrid Simon Siri Sofia Stina Svea Tage Tea Tilda Tim Tove Tuva Ulf Valter Vera "
    "Viktor Vilma Vincent Yasmin Ylva Zara"
).split()
LAST_NAMES = "Demo Demoberg Demoborg Demodal Demofors Demogren Demolind Demoqvist Demoström".split()


class Staff:
    """Makes users. Only the nine log-ins have a password; hashing it takes time, so once.

    ``prefix`` tells the user names of one board from another's.
    """

    def __init__(self, board: Board, prefix: str = "") -> None:
        self.board = board
        self.prefix = prefix
        self.made = 0

    @cached_property
    def password(self) -> str:
        """The hash of the one password."""
        return make_password(PASSWORD)

    def log_in(self, username: str) -> User:
        """Make one of the nine that one logs in as."""
        first_name, title = LOGINS[username]
        return User.objects.create(
            username=username,
            first_name=first_name,
            last_name="Demo",
            title=title,
            board=self.board,
            password=self.password,
        )

    def colleagues(self, titles: list[str]) -> list[User]:
        """Make people whom nobody logs in as, one for each title."""
        people = []
        for title in titles:
            first_name = FIRST_NAMES[self.made % len(FIRST_NAMES)]
            last_name = LAST_NAMES[(self.made + self.made // len(FIRST_NAMES)) % len(LAST_NAMES)]
            self.made += 1
            people.append(
                User(
                    username=f"{self.prefix}{first_name}.{last_name}.{self.made}".lower(),
                    first_name=first_name,
                    last_name=last_name,
                    title=title,
                    board=self.board,
                    password="!",  # noqa: S106  no password fits it
                )
            )
        return User.objects.bulk_create(people)
