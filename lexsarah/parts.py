"""The parts of a lex Sarah-utredning, and what each must hold when it is completed: pure.

SOSFS 2011:5 5 kap. 3 § with SoL 27:5: what is to be documented. Nothing is demanded while one
writes; completion demands all of it (a short close demands its reasons alone).
"""

from dataclasses import dataclass

TOLD = {"yes": "Ja", "no": "Nej", "not_suitable": "Inte lämpligt", "nobody": "Ingen berörd"}
POLICE = {"yes": "Ja, polisanmält", "no": "Nej"}
AGAIN = {"yes": "Ja", "no": "Nej", "unknown": "Går inte att bedöma"}


@dataclass(frozen=True)
class Part:
    """A part: its heading, what it asks, the answers to choose from, what is said if it lacks."""

    key: str
    label: str
    hint: str
    missing: str
    choices: dict[str, str] | None = None
    # Whether the choice alone is enough, or text is wanted too.
    text_required: bool = True


PARTS = (
    Part(
        "event",
        "Vad hände?",
        "Beskriv händelsen så som utredningen har funnit den, utan namn.",
        "Beskriv vad som hände.",
    ),
    Part(
        "noticed",
        "När och hur upptäcktes det, och när inträffade det?",
        "Datum, och hur det kom fram.",
        "Skriv när och hur det upptäcktes, och när det inträffade.",
    ),
    Part(
        "consequences_actual",
        "Konsekvenser för den enskilde",
        "Vad det ledde till för den enskilde.",
        "Skriv vilka konsekvenser det fick för den enskilde.",
    ),
    Part(
        "consequences_possible",
        "Konsekvenser som kunde ha blivit",
        "Vad det kunde ha lett till.",
        "Skriv vilka konsekvenser det kunde ha fått.",
    ),
    Part(
        "done_at_once",
        "Vad gjordes genast, och när?",
        "Det som gjordes för att avhjälpa eller undanröja missförhållandet, med datum.",
        "Skriv vad som gjordes genast, och när. Skriv det också om inget gjordes.",
    ),
    Part(
        "informed",
        "Har den enskilde och vårdnadshavare eller företrädare fått veta?",
        "Vem som fick veta vad och när, eller varför inte. Skriv inga namn.",
        "Svara på om den enskilde och företrädaren har fått veta, och skriv när eller varför inte.",
        TOLD,
    ),
    Part(
        "police",
        "Är det polisanmält?",
        "Vid Ja: när, och polisens diarienummer.",
        "Svara på om det är polisanmält. Vid Ja: skriv när.",
        POLICE,
        text_required=False,
    ),
    Part(
        "earlier",
        "Liknande händelser tidigare, och varför de hände igen",
        "Utgå från förslagen under Liknande händelser. Skriv det också om det inte finns några.",
        "Skriv om något liknande har hänt tidigare och i så fall varför det hände igen.",
    ),
    Part(
        "causes",
        "Orsaker",
        "Varför det kunde hända. Välj också orsaker ur registret: åtgärderna knyts till dem.",
        "Skriv vilka orsakerna är.",
    ),
    Part(
        "recurrence",
        "Kan det hända igen?",
        "Hur sannolikt det är att något liknande händer igen, och varför.",
        "Svara på om det kan hända igen, och skriv varför.",
        AGAIN,
    ),
    Part(
        "against_recurrence",
        "Åtgärder mot att det händer igen",
        "Vad som har gjorts och vad som föreslås.",
        "Skriv vilka åtgärder som ska hindra att det händer igen.",
    ),
)
BY_KEY = {part.key: part for part in PARTS}
PART_LABELS = [(part.key, part.label) for part in PARTS]


def missing(texts: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Return, by part, what is missing in ``texts`` (part → (choice, text)) for completion.

    The police part wants its day where the answer is Ja.
    """
    found = {}
    for part in PARTS:
        choice, text = texts.get(part.key, ("", ""))
        wants_text = part.text_required or (part.key == "police" and choice == "yes")
        if (part.choices and choice not in part.choices) or (wants_text and not text.strip()):
            found[part.key] = part.missing
    return found
