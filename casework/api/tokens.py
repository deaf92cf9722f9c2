"""``/api/v1/token/``: get a token for the API, and give it up."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.access.two_steps import password_suffices
from casework.api.authentication import make_token, revoke_token
from casework.organisation.models import User
from casework.shared.errors import InvalidInput, NotAllowed


class CredentialsSerializer(serializers.Serializer):
    """Left out by those who are logged in already (a browser session, two-step log-in done)."""

    username = serializers.CharField(required=False, max_length=150)
    password = serializers.CharField(required=False, max_length=128, style={"base": "password"})


class TokenSerializer(serializers.Serializer):
    """The token is shown this once; what the service keeps cannot be turned back into it."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class TokenView(APIView):
    """Tokens, with the same limits on attempts as the log-in page."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="token_create",
        tags=["token"],
        summary="Hämta nyckel till API",
        description=(
            "Ger en ny nyckel; den förra slutar gälla. Den som loggar in i två steg hämtar sin "
            "nyckel från en inloggad webbläsare, utan lösenord."
        ),
        request=CredentialsSerializer,
        responses={201: TokenSerializer},
    )
    def post(self, request: Request) -> Response:
        """Answer with a fresh token."""
        form = CredentialsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        token, lapses = make_token(self._who(request, form.validated_data))
        answer = {"token": token, "expires_at": lapses}
        return Response(
            answer, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"}
        )

    @extend_schema(
        operation_id="token_delete",
        tags=["token"],
        summary="Ta bort nyckeln",
        responses={204: None},
    )
    def delete(self, request: Request) -> Response:
        """Void the token of whoever asks."""
        if not request.user.is_authenticated:
            self.permission_denied(request)
        revoke_token(request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _who(self, request: Request, given: dict[str, Any]) -> User:
        if request.user.is_authenticated and "username" not in given:
            return request.user
        user = get_adapter(request._request).authenticate(
            request._request,
            username=given.get("username", ""),
            password=given.get("password", ""),
        )
        if user is None or not user.is_active:
            raise InvalidInput("Fel användarnamn eller lösenord.", code="wrong_credentials")
        if is_mfa_enabled(user) or not password_suffices(user):
            raise NotAllowed(
                "Kontot loggar in i två steg. Logga in i webbläsaren och hämta nyckeln där.",
                code="two_step_login",
            )
        return cast(User, user)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the tokens in OpenAPI."""

    target_class = "casework.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the security scheme."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <nyckel>`, hämtad från `/api/v1/token/`.",
        }
