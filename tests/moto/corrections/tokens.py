"""Page tokens that are good for one request only, as AWS's are."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import sha256
from typing import Any


def issue(offset: int, request: Any) -> str:
    """A token for the items from `offset` on of what `request` asks for."""
    return urlsafe_b64encode(f"{offset}.{_fingerprint(request)}".encode()).decode()


def redeem(token: str | None, request: Any) -> int | None:
    """The offset that the token stands for (0 without one); None when it is none of ours, or of another request."""
    if not token:
        return 0
    try:
        offset, fingerprint = urlsafe_b64decode(token.encode()).decode().split(".")
        return int(offset) if fingerprint == _fingerprint(request) else None
    except (Error, ValueError):
        return None


def _fingerprint(request: Any) -> str:
    return sha256(repr(request).encode()).hexdigest()[:16]
