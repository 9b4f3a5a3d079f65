"""Pages of lists (contract 2.7)."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from contacthub_orm.sandbox.messages import Response, text_response
from contacthub_orm.sandbox.parameters import Parameters
from contacthub_orm.sandbox.problems import bad_request
from contacthub_orm.sandbox.wire import encode

DEFAULT_SIZE = 10
LARGEST_SIZE = 50
_LAST_OFFSET = 2**62


@attrs.frozen
class Page:
    """Which slice of a list is wanted; `number` counts from zero."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """How many elements come before the page."""
        return min(self.number * self.size, _LAST_OFFSET)

    def response(self, elements: Sequence[str], total: int) -> Response:
        """The page as it is sent; `elements` are JSON texts."""
        page = {
            "size": self.size,
            "totalElements": total,
            # What the real service fills this with is unknown; recordings show 0 (contract 10.2 #4).
            "totalUnfilteredElements": 0,
            "totalPages": -(-total // self.size),
            "number": self.number,
        }
        return text_response(200, f'{{"elements":[{",".join(elements)}],"page":{encode(page)}}}')


def wanted_page(parameters: Parameters, *, clamp: bool = False, default: int = DEFAULT_SIZE) -> Page:
    """The page that a request asks for.

    Args:
        parameters: of the request.
        clamp: treat a size over the maximum as the maximum.
        default: the size when the request names none.

    Raises:
        Problem: 400 for a number or size that cannot be (contract 10.2 #2, #3).
    """
    number = parameters.number("page", 0)
    size = parameters.number("size", default)
    if size > LARGEST_SIZE and clamp:
        size = LARGEST_SIZE
    if not 1 <= size <= LARGEST_SIZE:
        raise bad_request(f"parameter 'size' must be between 1 and {LARGEST_SIZE}")
    return Page(number, size)
