"""How much of a file is read, and what is said where it is more."""

MOST_COLUMNS = 200
MOST_ROWS = 50_000
# A spreadsheet is a compressed archive; a small one may unfold to more than memory holds.
MOST_UNFOLDED = 200 * 1024 * 1024
MOST_SECONDS = 60
# Of this process above its start; what the rows take in the service comes on top of it
# (``reading``), and both together stay below 200 MB.
MOST_MEMORY = 130 * 1024 * 1024
# As much as the csv module takes; a cell of a spreadsheet holds 32,767.
LONGEST_CELL = 131_072
LONGEST_ROW = 1_000_000
# A text with line breaks takes several lines, and some programs end a file with many empty ones.
MOST_LINES = 20 * MOST_ROWS

TOO_MANY_ROWS = "Filen har fler än 50 000 rader. Dela den i flera filer."
TOO_MUCH_MEMORY = (
    "Filen tar för mycket minne att läsa. Dela den i flera filer, eller spara den som CSV."
)
TOO_SLOW = (
    "Det tog mer än 60 sekunder att läsa filen. Dela den i flera filer, eller spara den som CSV."
)
NO_TABLE = "Filen går inte att läsa. Öppna den i Excel och spara om den."
NO_SPREADSHEET = "Filen går inte att läsa som .xlsx. Öppna den i Excel och spara om den."


class Refused(Exception):
    """The file is not read: at which line, and in words how to mend it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def check_row(line: int, cells: list[str]) -> None:
    """Raise ``Refused`` for a row that is longer than any register's."""
    if sum(map(len, cells)) > LONGEST_ROW:
        raise Refused(line, "Raden är längre än en miljon tecken. Korta texterna i den.")
