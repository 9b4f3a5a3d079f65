"""The size of a section: the cheap bound never lets a section pass that is too large."""

import json
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacthub_orm.unit_of_work.section_size import SECTION_LIMIT, _most_bytes, excessive_size, json_size

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(values)
def test_the_cheap_bound_is_never_less_than_the_bytes_of_json(value):
    assert json_size(value) <= _most_bytes(value)


@pytest.mark.parametrize("character", ["a", '"', "\x01", "é", "\U0001f600", "\ud800"])
def test_the_limit_is_exact_for_every_kind_of_character(character):
    each = len(json.dumps(character, ensure_ascii=False).encode(errors="surrogatepass")) - 2
    empty = len('{"k":""}')
    fitting = (SECTION_LIMIT - empty) // each
    assert excessive_size({"k": character * fitting}) == 0
    assert excessive_size({"k": character * (fitting + 1)}) == empty + each * (fitting + 1)


def test_many_short_members_are_counted_as_the_text_that_they_become():
    section = [None] * 20_000
    assert excessive_size(section) == len(json.dumps(section, separators=(",", ":")))


def test_a_value_of_a_subclass_is_measured_as_what_it_is():
    class Colour(StrEnum):
        RED = "red"

    assert excessive_size({"k": Colour.RED}) == 0
    assert excessive_size({"k": [Colour.RED] * 20_000}) > SECTION_LIMIT
