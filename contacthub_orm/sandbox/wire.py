"""JSON in and out, strict: no NaN or infinity, no lone surrogates, no bottomless nesting."""

from __future__ import annotations

import json
import math
import sys
from typing import Any, NoReturn


def decode(text: str) -> Any:
    """Decode JSON text.

    Raises:
        ValueError: it is not JSON, or not JSON that UTF-8 can hold, or a number in it is too large for a float.
    """
    try:
        value = _DECODER.decode(text)
        if "\\ud" in text or "\\uD" in text:
            encode(value).encode("utf-8")
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    return value


def encode(value: Any) -> str:
    """Write `value` as compact JSON; characters stay themselves, because SQLite looks keys up as they are written."""
    return _ENCODER.encode(value)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    # 1e999 is JSON, but would be read as infinity, which is not.
    number = float(text)
    if math.isinf(number):
        raise ValueError("the JSON holds a number that is too large")
    return number


def _whole(text: str) -> int:
    if len(text) > sys.float_info.max_10_exp:
        _finite(text)
    return int(text)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite, parse_int=_whole)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
