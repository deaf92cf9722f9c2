"""Letters about accounts and roles: that something waits or is done, and where to see or stop it.

They say no name, number or address of anybody.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.urls import reverse

from casework.accounts.models import AccountChange
from casework.deadlines.calendar import in_words
from casework.organisation.models import User
from casework.shared import clock

_AT_MOST = timedelta(days=7)
_SALT = "casework.accounts.stop"
_ROLE = "En roll som gäller hela nämnden, eller att ersätta någon som har en sådan,"


class Kind(StrEnum):
    """What a letter tells of."""

    GRANT_ASKED = "grant_asked"
    GRANT_IN_FORCE = "grant_in_force"
    GRANT_REFUSED = "grant_refused"
    CHANGE_ASKED = "change_asked"
    CHANGE_DONE = "change_done"
    CHANGE_STOPPED = "change_stopped"
    SECOND_STEP_GONE = "second_step_gone"


def tell(user: User, kind: Kind, *, change: AccountChange | None = None, address: str = "") -> None:
    """Hand in a letter to ``user``, within the transaction of what it tells of."""
    to = address or user.email
    if to:
        subject, text = _grant(kind) if change is None else _change(kind, change)
        EmailMessage(subject, f"Hej!\n\n{text}\n", to=[to]).send()


def _grant(kind: Kind) -> tuple[str, str]:
    page = settings.SITE_URL + reverse("account-list")
    if kind == Kind.GRANT_ASKED:
        return "En roll väntar på ja", (
            f"{_ROLE} väntar på ja från någon av er som får svara. Svarar ingen börjar det gälla "
            f"ett dygn efter att det gavs. Se vem det gäller och svara ja eller nej:\n\n{page}"
        )
    if kind == Kind.GRANT_REFUSED:
        return "En roll fick nej", f"{_ROLE} fick nej och börjar inte gälla.\n\n{page}"
    if kind == Kind.SECOND_STEP_GONE:
        again = settings.SITE_URL + reverse("mfa_activate_totp")
        return "Ditt andra steg är borttaget", (
            "Det andra steget vid inloggning är borttaget för ditt konto, och du är utloggad. Lägg "
            f"till det på nytt när du loggar in:\n\n{again}\n\nHar du inte tappat telefonen: säg "
            "genast till systemförvaltaren eller SAS."
        )
    return "En roll har börjat gälla", f"{_ROLE} har börjat gälla. Se vilken:\n\n{page}"


def _change(kind: Kind, change: AccountChange) -> tuple[str, str]:
    is_email = change.kind == AccountChange.Kind.EMAIL
    what = "e-postadressen för ditt konto" if is_email else "det andra steget för ditt konto"
    if kind == Kind.CHANGE_STOPPED:
        return "En ändring av ett konto är stoppad", (
            "Den som har kontot, eller någon i nämnden, har stoppat en ändring som du bad om."
        )
    if kind == Kind.CHANGE_DONE:
        return "Din e-postadress är bytt", (
            "E-postadressen för ditt konto är bytt, och den här gäller inte längre. Har du inte "
            "bett om det: säg genast till systemförvaltaren eller SAS."
        )
    act = "byta" if is_email else "ta bort"
    return f"Någon vill {act} {what.split(' för')[0]}", (
        f"Någon har bett om att få {act} {what}. Det sker {moment(change.in_force_at)}. Till dess "
        "gäller allt som förut.\n\nVill du inte det, stoppa det här:\n\n"
        f"{settings.SITE_URL}{stop_path(change)}"
    )


def moment(instant: datetime) -> str:
    """Return day and hour in words: "tisdag 2 december 2026 kl. 14.05"."""
    when = instant.astimezone(clock.STOCKHOLM)
    return f"{in_words(when.date())} kl. {when:%H.%M}"


def waiting_words(change: AccountChange) -> str:
    """Return what is said to whoever has asked for a change that waits."""
    return (
        f"E-postadressen byts {moment(change.in_force_at)}. Till dess gäller den gamla, som har "
        "fått ett brev och kan stoppa bytet."
    )


def stop_path(change: AccountChange) -> str:
    """Return the address by which the owner stops a change without logging in."""
    return reverse("account-stop", args=[signing.dumps(change.pk, salt=_SALT)])


def change_of(token: str) -> int | None:
    """Return the key of the change that a letter's address stops; None for a made-up one."""
    try:
        return int(signing.loads(token, salt=_SALT, max_age=_AT_MOST))
    except (signing.BadSignature, ValueError):
        return None
