"""JSON bytes and Python values, strictly: UTF-8, no NaN or Infinity, no surprises from deep or long input.

`orjson` reads answers when it is installed. It differs from the standard library in one silent way, integers beyond
64 bits become floats, and refuses a little more; in both cases the standard library has the last word, so that results
do not depend on what is installed. Writing stays with the standard library: orjson writes NaN as null.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, NoReturn

from contacthub_orm.errors import ArgumentError

_fast_decode: Callable[[bytes], Any] | None
try:
    import orjson
except ImportError:  # the `fast` extra is not installed
    _fast_decode = None
else:
    _fast_decode = orjson.loads

_ZEROS = bytes.maketrans(b"123456789", b"0" * 9)
_LONG_NUMBER = b"0" * 19  # the shortest run of digits that may not fit into 64 bits


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number is out of range")
    return value


_decode = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite).decode
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def loads(data: bytes) -> Any:
    """Decode one JSON text.

    Raises:
        ValueError: Not UTF-8, not JSON, or with numbers that JSON has not.
        RecursionError: Nested too deeply.
    """
    if _fast_decode is not None and _LONG_NUMBER not in data.translate(_ZEROS):
        try:
            return _fast_decode(data)
        except ValueError:
            pass  # the standard library decides
    return _decode(data.decode("utf-8"))


def dumps(value: Any) -> bytes:
    """Encode a request body as compact UTF-8 JSON.

    Raises:
        ArgumentError: The value cannot be JSON. The message names the kind of problem, not the value.
    """
    try:
        return _encode(value).encode("utf-8")
    except RecursionError:
        problem = "it is nested too deeply or contains itself"
    except UnicodeEncodeError:
        problem = "a string holds a lone surrogate, which is not text"
    except ValueError:
        problem = "it holds NaN, Infinity, a number of thousands of digits, or itself"
    except TypeError:
        problem = "it holds an object or a key that JSON has no form for"
    raise ArgumentError(f"the request body cannot be written as JSON: {problem}")
