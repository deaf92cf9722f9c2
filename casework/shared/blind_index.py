"""Finding words in encrypted text without storing the words.

Each word is reduced to its Swedish stem, and the stem to a keyed hash. The hashes stand in an
indexed array beside the text. What this reveals (that two texts share some word, and how common
it is) is said in SECURITY.md.
"""

import functools
import hashlib
import hmac
import re

import snowballstemmer
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_WORD = re.compile(r"[a-zåäöéü0-9]{2,}")
# Words too common to tell two texts apart; leaving them out also hides how often they occur.
_STOP_WORDS = frozenset(
    "och det att i en jag hon som han på den med var sig för så till är men ett om hade de av "
    "icke mig du henne då sin nu har inte hans honom skulle hennes där min man ej vid kunde något "
    "från ut när efter upp vi dem vara vad över än dig kan sina här ha mot alla under någon eller "
    "allt mycket sedan ju denna själv detta åt utan varit hur ingen mitt ni bli blev oss din dessa "
    "några deras blir mina samma vilken er sådan vår blivit dess inom mellan sådant varför varje "
    "vilka ditt vem vilket sitt".split()
)


@functools.cache
def _key(index_key: str, oldest_field_key: str) -> bytes:
    material = index_key or oldest_field_key
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"blind-index").derive(material.encode())


def _hash(stem: str) -> int:
    key = _key(settings.INDEX_KEY, settings.FIELD_KEYS[-1])
    digest = hmac.digest(key, stem.encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big", signed=True)


def stems(text: str) -> set[str]:
    """Return the Swedish stems of the words in ``text``, common words left out."""
    words = [word for word in _WORD.findall(text.lower()) if word not in _STOP_WORDS]
    return set(snowballstemmer.stemmer("swedish").stemWords(words))


def terms(*texts: str) -> list[int]:
    """Return the sorted 64-bit hashes of all stems in ``texts``, for a bigint[] column."""
    return sorted({_hash(stem) for text in texts for stem in stems(text)})
