"""HTTP under the rest of the package: one connection pool per workspace, retries in one layer, errors decoded.

The policies and values are light; `Transport` brings the HTTP library with it and is loaded on first use, so that
importing the package stays cheap.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from contacthub_orm.transport.answers import Response
from contacthub_orm.transport.retry import RetryPolicy

if TYPE_CHECKING:
    from contacthub_orm.transport.transport import Transport

__all__ = ["Response", "RetryPolicy", "Transport"]

logging.getLogger("contacthub_orm").addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    if name == "Transport":
        from contacthub_orm.transport.transport import Transport

        return Transport
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
