"""Who is logged in, fetched once for each request."""

from allauth.account.auth_backends import AuthenticationBackend

from casework.organisation.models import User


class WithBoard(AuthenticationBackend):
    """Fetches the board along with the user: every page names it."""

    def get_user(self, user_id: int) -> User | None:
        """Return the active user of a session, None where there is none any more."""
        user = User.objects.select_related("board").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
