"""Model fields for personal text: encrypted in the database, plain in Python."""

import functools
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


@functools.cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key.encode()) for key in keys])


def cipher() -> MultiFernet:
    """Return the cipher over ``FIELD_KEYS``: the first encrypts, every one decrypts."""
    return _cipher(tuple(settings.FIELD_KEYS))


class EncryptedTextField(models.TextField):
    """Text that is stored encrypted (Fernet, AES-128-CBC with HMAC-SHA256).

    The empty text is stored as it is, so that "nothing entered" can be asked for in SQL.
    Any other look-up than on the empty text is meaningless; words are found through
    ``casework.shared.blind_index``.
    """

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return cipher().encrypt(value.encode()).decode() if value else value

    def from_db_value(
        self, value: str | None, expression: Any, connection: BaseDatabaseWrapper
    ) -> str | None:
        if not value:
            return value
        try:
            return cipher().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise InvalidToken(
                "Text could not be decrypted: is a key missing from FIELD_KEYS?"
            ) from error
