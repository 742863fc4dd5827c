"""Secrets that must be read again, such as a provider's key: encrypted in the table, open only in memory.

The encryption is Fernet (AES-128-CBC with an HMAC) under a key that HKDF-SHA256 derives from ``SECRET_KEY``;
``SECRET_KEY_FALLBACKS`` still open what earlier keys sealed.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"groundwork: secrets at rest"


class Unreadable(Exception):
    """A stored secret that the present ``SECRET_KEY`` does not open, as a sentence for the user."""


def seal(text: str) -> str:
    """The text, encrypted; empty stays empty."""
    return fernet().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """What was sealed; Unreadable if it was sealed under a ``SECRET_KEY`` that is not known any more."""
    if not sealed:
        return ""
    try:
        return fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable(
            "A stored key can't be read with the present SECRET_KEY. Enter the key again, or give the old "
            "SECRET_KEY in SECRET_KEY_FALLBACKS."
        ) from error


def reseal(sealed: str) -> str:
    """The same secret under the present ``SECRET_KEY``."""
    return seal(unseal(sealed))


def fernet() -> MultiFernet:
    return MultiFernet([derived(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def derived(key: str) -> Fernet:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(made))
