"""Who sets a password by the link in a letter, and what that link proves.

The link reaches the address alone, so whoever comes by it has the address: no further letter has
to prove it.
"""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings

from casework.organisation.models import User
from casework.shared.errors import NotAllowed


def logs_in_by_employer(user: User) -> bool:
    """Say whether the employer's identity provider lets ``user`` in, not a password of ours.

    So it is for an account that has come in that way, and, where the installation has such a
    provider, for every account that has no password.
    """
    if SocialAccount.objects.filter(user=user).exists():
        return True
    return bool(settings.OIDC) and not user.has_usable_password()


def may_reset(user: User) -> bool:
    """Say whether ``user`` may choose a password by a letter's link, the first one included."""
    return user.is_active and bool(user.email) and not logs_in_by_employer(user)


def require_password_here(user: User) -> None:
    """Raise ``NotAllowed`` for whoever has no password here: a first one comes by the letter.

    For those whom the employer lets in it would outlive the employment.
    """
    if not user.has_usable_password():
        raise NotAllowed("Du loggar in via arbetsgivaren och behöver inget lösenord här.")


def who_may_reset(email: str) -> list[User]:
    """Return the accounts to which a letter to ``email`` may go: their own address alone.

    Whoever works under two boards has two accounts, and gets a letter for each.
    """
    found = User.objects.filter(email__iexact=email, is_active=True).order_by("pk")
    return [user for user in found if may_reset(user)]


def prove_address(user: User) -> None:
    """Note that the address of ``user`` is theirs; no other address of the account counts."""
    address = user.email.lower()
    EmailAddress.objects.filter(user=user).exclude(email=address).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=address, defaults={"verified": True, "primary": True}
    )


def is_proven(user: User) -> bool:
    """Say whether the present address of ``user`` has been proven to be theirs."""
    proven = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True)
    return bool(proven.exists())
