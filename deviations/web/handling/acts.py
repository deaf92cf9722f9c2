"""The page of each act: its address, its words, its key and its form."""

from dataclasses import dataclass

from casework.access import policy
from casework.access.actor import Actor
from deviations import states
from deviations.models import Deviation
from deviations.rules import RULES
from deviations.services.closing import fits_simple
from deviations.services.inbox import may_not_move
from deviations.web.handling.base import ActForm
from deviations.web.handling.closing_forms import (
    CloseForm,
    CloseWithoutActionForm,
    EffectForm,
    PostponeForm,
    ReopenForm,
)
from deviations.web.handling.inbox_forms import (
    AskForm,
    AssignForm,
    DecideUnitForm,
    DismissForm,
    MoveForm,
    ReceiveForm,
    ReturnForm,
    SendToSasForm,
)
from deviations.web.handling.work_forms import (
    ClassifyForm,
    ExchangeForm,
    InvestigateForm,
    PlanForm,
    ProtectForm,
)

# Not an act of its own in the table of states: closing, on one screen.
SIMPLE = "simple"


@dataclass(frozen=True)
class ActPage:
    """One act on screen.

    ``submit`` is what its button says where that is not the label; ``leaves``: one goes on to the
    Inkorg, the matter being settled here.
    """

    act: str
    slug: str
    label: str
    form: type[ActForm]
    done: str
    key: str = ""
    icon: str = ""
    lead: str = ""
    submit: str = ""
    leaves: bool = False


_ALL = (
    ActPage("receive", "ta-emot", "Ta emot", ReceiveForm, "Mottagen.", "m", "check"),
    ActPage(
        "assign",
        "fordela",
        "Fördela till …",
        AssignForm,
        "Fördelad.",
        "f",
        "user",
        submit="Fördela",
    ),
    ActPage(
        "decide_unit",
        "bestam-enhet",
        "Bestäm ansvarig enhet",
        DecideUnitForm,
        "Ansvarig enhet är bestämd.",
        "d",
        "building-2",
        "Ditt beslut gäller: enheten kan inte flytta ärendet vidare.",
        leaves=True,
    ),
    ActPage(
        "classify",
        "kategori-och-risk",
        "Kategori och risk",
        ClassifyForm,
        "Kategori och risk är sparade.",
        "r",
        "flag",
        submit="Spara",
    ),
    ActPage(
        "investigate",
        "orsaker",
        "Orsaker och analys",
        InvestigateForm,
        "Orsakerna är sparade.",
        "o",
        "pencil",
        submit="Spara",
    ),
    ActPage(
        "plan_action",
        "atgard",
        "Planera åtgärd",
        PlanForm,
        "Åtgärden är planerad.",
        "p",
        "list-checks",
    ),
    ActPage(
        "close",
        "avsluta",
        "Avsluta",
        CloseForm,
        "Avslutad. Effekten följs upp.",
        "a",
        "circle-check",
        "Handläggningstiden stannar i dag.",
        leaves=True,
    ),
    ActPage(
        "close_without_action",
        "avsluta-utan-atgard",
        "Avsluta utan åtgärd",
        CloseWithoutActionForm,
        "Avslutad utan åtgärd.",
        "u",
        leaves=True,
    ),
    ActPage(
        "assess_effect",
        "effekt",
        "Bedöm effekt",
        EffectForm,
        "Effekten är bedömd.",
        "t",
        "scale",
        leaves=True,
    ),
    ActPage(
        "postpone_effect",
        "flytta-fram-effekt",
        "Flytta fram uppföljningen",
        PostponeForm,
        "Uppföljningen är framflyttad.",
        icon="calendar-clock",
        leaves=True,
    ),
    ActPage(
        "return_from_sas",
        "tillbaka-fran-sas",
        "Lämna tillbaka till enheten",
        ReturnForm,
        "Enheten har ärendet igen.",
        "b",
        "undo-2",
        leaves=True,
    ),
    ActPage(
        "ask",
        "komplettering",
        "Begär komplettering",
        AskForm,
        "Frågan är skickad till rapportören.",
        "b",
        "message-square",
        "Rapportören ser frågan på sin sida och svarar där.",
        submit="Skicka frågan",
    ),
    ActPage(
        "move",
        "flytta",
        "Flytta till annan enhet",
        MoveForm,
        "Ärendet är flyttat.",
        "l",
        "move-right",
        "Enheten kan flytta det vidare en gång. Därefter bestämmer avdelningschefen.",
        leaves=True,
    ),
    ActPage(
        "send_to_sas",
        "till-sas",
        "Skicka till SAS",
        SendToSasForm,
        "SAS har fått ärendet.",
        "s",
        "send",
        "Ärendet blir en lex Sarah-rapport. SAS bedömer om det är ett missförhållande.",
        leaves=True,
    ),
    ActPage(
        "dismiss",
        "inte-en-avvikelse",
        "Inte en avvikelse",
        DismissForm,
        "Bedömd som inte en avvikelse.",
        "i",
        "x",
        leaves=True,
    ),
    ActPage(
        "exchange",
        "samverkan",
        "Anteckna samverkan",
        ExchangeForm,
        "Samverkan är antecknad.",
        icon="link",
        submit="Spara",
    ),
    ActPage(
        "protect",
        "skydd",
        "Skyddade personuppgifter",
        ProtectForm,
        "Ändrat.",
        icon="lock",
        submit="Märk som skyddad",
    ),
    ActPage(
        "reopen",
        "ateroppna",
        "Återöppna",
        ReopenForm,
        "Ärendet är öppet igen.",
        icon="folder-open",
        lead="Handläggningstiden räknas igen från den dag det rapporterades.",
    ),
)
PAGES = {page.act: page for page in _ALL}
BY_SLUG = {page.slug: page for page in _ALL}


def allowed(actor: Actor, deviation: Deviation) -> frozenset[str]:
    """Return the acts that the actor may do now: by rule, by state and by what is known.

    ``simple`` stands for enkel hantering, ``merge`` for Sammanför.
    """
    found = {
        act
        for act in RULES
        if states.DEVIATION.allows(act, deviation.status)
        and policy.may(actor, act, deviation, RULES)
    }
    if may_not_move(deviation):
        found.discard("move")
    if deviation.possible_misconduct:
        found.discard("dismiss")
    if deviation.reporter_id is None:
        found.discard("ask")
    if "close" in found and fits_simple(deviation):
        found.add(SIMPLE)
    return frozenset(found)
