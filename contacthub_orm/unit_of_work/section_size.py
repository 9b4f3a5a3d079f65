"""Section size: the API takes a section of a document only up to a size (contract 2.9)."""

from __future__ import annotations

import json
import marshal
from typing import Any

SECTION_LIMIT = 64 * 1024
"""Bytes of UTF-8 JSON that a section of a document may have."""

# A character has at most six bytes as an escape, and whatever is not text takes less JSON than six times its marshalled
# bytes. Measuring those costs a third of encoding, and nearly every section is far from the limit.
_MOST_JSON_OF_A_BYTE = 6
_WITHOUT_REFERENCES = 0

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def excessive_size(section: Any) -> int:
    """Return the bytes of JSON of a section that is too large, 0 for one that the API takes."""
    if _most_bytes(section) <= SECTION_LIMIT:
        return 0
    size = json_size(section)
    return size if size > SECTION_LIMIT else 0


def json_size(section: Any) -> int:
    """Return the bytes of a section as compact UTF-8 JSON; text counts without its quotes."""
    text = section if isinstance(section, str) else _encoder.encode(section)
    return len(text.encode(errors="surrogatepass"))  # half a character may come from the server


def _most_bytes(section: Any) -> int:
    try:
        return _MOST_JSON_OF_A_BYTE * len(marshal.dumps(section, _WITHOUT_REFERENCES))
    except ValueError:  # subclasses of str, int and the like
        return SECTION_LIMIT + 1
