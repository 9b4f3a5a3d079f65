"""The token: checked, kept out of sight, and attached to requests for one origin only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

from contacthub_orm.errors import ConfigurationError

if TYPE_CHECKING:
    from requests import PreparedRequest

_SCHEME = re.compile(r"\s*bearer(\s|$)", re.IGNORECASE)
_SHORTEST_SCRUBBED = 8


def check_token(token: object) -> str:
    """Return the token, or say what is wrong with it without showing any of it.

    Raises:
        ConfigurationError: Not a `str`, empty, starting with `Bearer `, or with characters that no header can carry.
    """
    if not isinstance(token, str):
        raise ConfigurationError(f"token must be a str, not {type(token).__name__}")
    if not token or token.isspace():
        raise ConfigurationError("token is empty; give the token of a source of the workspace")
    if _SCHEME.match(token):
        raise ConfigurationError("token must be the bare token, without the word 'Bearer' in front of it")
    if not token.isascii():
        raise ConfigurationError("token holds a character outside ASCII; copy it again from the source's settings")
    if any(character <= " " or character == "\x7f" for character in token):
        raise ConfigurationError("token holds a blank, a line break or another control character; remove it")
    return token


class BearerAuth:
    """Adds `Authorization: Bearer …` to requests whose URL lies under one base URL, and to no other.

    Follows the protocol of `requests.auth.AuthBase` (a callable over the prepared request). It shows nothing of the
    token in its repr and cannot be pickled.
    """

    __slots__ = ("_header", "_prefix", "_token")

    def __init__(self, token: str, base_url: str) -> None:
        self._token = check_token(token)
        self._header = f"Bearer {token}"
        self._prefix = base_url.rstrip("/") + "/"

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the header to a request under the base URL, and return the request."""
        if request.url is not None and request.url.startswith(self._prefix):
            request.headers["Authorization"] = self._header
        return request

    def scrub(self, body: bytes) -> bytes:
        """Take the token out of an answer that repeats it; one too short to be a secret is left alone."""
        if len(self._token) < _SHORTEST_SCRUBBED:
            return body
        return body.replace(self._token.encode("ascii"), b"***")

    def __repr__(self) -> str:
        return "BearerAuth('***')"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a token is never pickled or copied")
