"""The JSON reader gives the same values, or refuses, with and without orjson."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacthub_orm.transport import jsontext

ODD = [
    b"12345678901234567890123",
    b"-9223372036854775809",
    b"18446744073709551615",
    b"18446744073709551616",
    b"[9223372036854775807, 123456789012345678]",
    b"-0",
    b"-0.0",
    b"1E5",
    b"1e-400",
    b'"\\ud800"',
    b'"\\ud83d\\ude00"',
    b'{"a": 1, "a": 2}',
    b"123456789.12345678901234567890",
    b" [ ] \r\n",
    b'"\\u0000"',
]
BAD = [
    b"",
    b"NaN",
    b"[Infinity]",
    b"-Infinity",
    b"1e400",
    b"-1e400",
    b"\xef\xbb\xbf{}",
    b'"\xff"',
    b'"\xed\xa0\x80"',
    b"{'a': 1}",
    b"[1,]",
    b"01",
    b"{} x",
    b'"\x01"',
    b"1" * 5000,
]


@pytest.fixture(params=["orjson", "json"])
def reader(request, monkeypatch):
    if request.param == "orjson":
        pytest.importorskip("orjson")
    else:
        monkeypatch.setattr(jsontext, "_fast_decode", None)
    return jsontext.loads


@pytest.mark.parametrize("text", ODD, ids=repr)
def test_odd_but_valid_json_is_read_as_the_standard_library_does(reader, text):
    expected = json.loads(text)
    assert repr(reader(text)) == repr(expected)


@pytest.mark.parametrize("text", BAD, ids=lambda text: repr(text[:20]))
def test_what_is_not_json_is_refused(reader, text):
    with pytest.raises(ValueError):
        reader(text)


def test_deep_nesting_is_refused(reader):
    with pytest.raises((ValueError, RecursionError)):
        reader(b"[" * 100_000 + b"]" * 100_000)


numbers = st.integers() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(values)
def test_both_readers_agree_and_invert_the_writer(value):
    text = jsontext.dumps(value)
    assert repr(jsontext.loads(text)) == repr(jsontext._decode(text.decode())) == repr(value)


def test_the_writer_refuses_what_json_has_not():
    for value in (math.nan, math.inf, {"a": [math.nan]}):
        with pytest.raises(ValueError, match="cannot be written"):
            jsontext.dumps(value)
