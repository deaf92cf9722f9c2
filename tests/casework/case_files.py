"""Register files of the case system, the published pack's and small ones."""

from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

PACK = Path(__file__).parent.parent / "data/nordost-2022/barn-och-unga"
ROWS = {"aktualiseringar": 1800, "utredningar": 2859, "beslut": 37}


class Ran:
    """What the import printed, and how it ended."""

    def __init__(self, *arguments: Any) -> None:
        out, err = StringIO(), StringIO()
        self.code = 0
        try:
            call_command("import_register", *map(str, arguments), stdout=out, stderr=err)
        except SystemExit as ended:
            self.code = int(ended.code or 0)
        self.out, self.err = out.getvalue(), err.getvalue()

    @property
    def last(self) -> str:
        """The line that sums it up."""
        return self.out.splitlines()[-1]


def read_pack(*kinds: str) -> None:
    """Take in files of the pack, which must be without fault."""
    for kind in kinds:
        ran = Ran(kind, PACK / f"{kind}.csv")
        assert ran.code == 0, ran.err
