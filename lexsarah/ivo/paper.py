"""The notification as a paper: the same fields as on the page, in the same order."""

from casework.shared.papers.content import Block, Heading, Paper, Text, facts
from lexsarah.ivo.fields import fields_of
from lexsarah.models import Report, Statute
from lexsarah.papers.investigation import foot, statute_text

TITLE = "Anmälan till IVO enligt lex Sarah"
NOT_KNOWN = "Inte känt när underlaget gjordes."


def ivo_paper(report: Report) -> Paper:
    """Return what the board notifies to IVO, with what is known now."""
    fields = fields_of(report)
    short = [(one.label, one.value or NOT_KNOWN) for one in fields if not one.long]
    blocks: list[Block] = [
        facts(*short, ("Lagrum", statute_text(report))),
        *(
            block
            for one in fields
            if one.long
            for block in (Heading(one.label), Text(one.value or NOT_KNOWN))
        ),
        Heading("Utredningen"),
        Text(_how_far(report)),
    ]
    return Paper(TITLE, foot(report), report.board.name, tuple(blocks))


def _how_far(report: Report) -> str:
    if report.decided_on is not None:
        return f"Utredningen är klar. Beslut fattades {report.decided_on}. Utredningen bifogas."
    # SOSFS 2011:5 holds under either act, so also where it is not said yet which.
    laws: dict[str, str] = {Statute.LSS: "LSS och ", Statute.SOL: "socialtjänstlagen och "}
    law = laws.get(report.statute, "")
    return (
        "Utredningen är inte klar. Den lämnas till IVO inom två månader från anmälan, enligt "
        f"{law}SOSFS 2011:5."
    )
