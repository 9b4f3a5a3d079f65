"""The identity map: weak but for the last used ones, with an age when it is asked for one."""

from __future__ import annotations

import gc

import pytest

from contacthub_orm.models import Customer
from contacthub_orm.unit_of_work import identity_map as module
from contacthub_orm.unit_of_work.identity_map import IdentityMap
from tests.mapping.loading import loaded


def key(number: int) -> tuple[str, str]:
    return ("customers", f"c{number}")


def put(entities: IdentityMap, number: int) -> Customer:
    customer = loaded({"id": f"c{number}"})
    entities.put(key(number), customer)
    return customer


def keys(entities: IdentityMap) -> list[str]:
    gc.collect()
    return [ident for _, ident in entities]


# -- who is in it ----------------------------------------------------------------------------------------------------


def test_an_entity_is_found_by_its_key_only():
    entities = IdentityMap(warm=0)
    customer = put(entities, 1)
    assert entities.find(key(1)) is entities.peek(key(1)) is entities[key(1)] is customer
    assert entities.find(key(2)) is None
    assert entities.peek(("events", "c1")) is None
    assert entities.get(key(2)) is None
    with pytest.raises(KeyError):
        _ = entities[key(2)]


def test_it_reads_like_a_mapping():
    entities = IdentityMap(warm=0)
    first, second = put(entities, 1), put(entities, 2)
    assert list(entities) == [key(1), key(2)]
    assert list(entities.values()) == [first, second]
    assert len(entities) == 2
    assert key(1) in entities
    assert key(3) not in entities
    assert repr(entities) == "<IdentityMap of 2 objects>"


def test_a_later_entity_takes_the_place_of_an_earlier_one():
    entities = IdentityMap(warm=0)
    first = put(entities, 1)
    second = put(entities, 1)
    del first
    assert entities.find(key(1)) is second
    assert len(entities) == 1


def test_what_is_discarded_is_gone():
    entities = IdentityMap(warm=5)
    first, second = put(entities, 1), put(entities, 2)
    entities.find(key(1))
    entities.discard(key(1))
    entities.discard(key(1))
    entities.discard(key(9))
    assert keys(entities) == ["c2"]
    assert first is not second
    entities.clear()
    assert len(entities) == 0
    assert entities.find(key(2)) is None


# -- how long --------------------------------------------------------------------------------------------------------


def test_an_entity_that_nobody_holds_is_gone():
    entities = IdentityMap(warm=0)
    customer = put(entities, 1)
    put(entities, 2)
    assert keys(entities) == ["c1"]
    del customer
    assert (len(entities), entities.find(key(1)), key(1) in entities) == (0, None, False)


@pytest.mark.parametrize("view", [IdentityMap.values, IdentityMap.items])
def test_what_is_collected_in_the_middle_of_an_iteration_does_not_end_it(view):
    entities = IdentityMap(warm=0)
    held = [put(entities, number) for number in range(3)]
    found = iter(view(entities))
    next(found)
    held.clear()
    gc.collect()
    assert len(list(found)) == 2


def test_the_last_used_ones_stay():
    entities = IdentityMap(warm=2)
    for number in range(4):
        put(entities, number)
    assert keys(entities) == ["c2", "c3"]


def test_finding_is_a_use_and_peeking_is_none():
    entities = IdentityMap(warm=2)
    first, second = put(entities, 1), put(entities, 2)
    entities.peek(key(1))
    entities.find(key(1))
    del first, second
    put(entities, 3)
    assert keys(entities) == ["c1", "c3"]


def test_finding_the_same_again_and_again_does_not_push_out_the_others():
    entities = IdentityMap(warm=3)
    put(entities, 1)
    put(entities, 2)
    for _ in range(10):
        entities.find(key(2))
    assert keys(entities) == ["c1", "c2"]


def test_a_discarded_entity_is_not_kept_warm():
    entities = IdentityMap(warm=3)
    put(entities, 1)
    put(entities, 2)
    entities.find(key(1))
    entities.discard(key(1))
    entities.discard(key(2))
    assert keys(entities) == []
    put(entities, 3)
    assert keys(entities) == ["c3"]


def test_entries_of_collected_entities_are_swept(monkeypatch):
    monkeypatch.setattr(module, "SWEEP_FROM", 10)
    entities = IdentityMap(warm=0)
    held = [put(entities, number) for number in range(8)]
    for number in range(100, 500):
        put(entities, number)
    assert len(entities._refs) <= 20
    assert keys(entities) == [f"c{number}" for number in range(8)]
    assert len(held) == 8


# -- how fresh -------------------------------------------------------------------------------------------------------


def test_without_a_time_to_live_nothing_grows_stale():
    entities = IdentityMap(warm=1)
    customer = put(entities, 1)
    entities.touch(key(1))
    assert not entities.is_stale(key(1), customer)


def test_a_clean_entity_grows_stale_and_is_fresh_again_when_it_is_confirmed(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(module.TTLCache, "__init__", ttl_cache_with(lambda: now[0]))
    entities = IdentityMap(warm=1, ttl=10)
    customer = put(entities, 1)
    now[0] += 9
    assert not entities.is_stale(key(1), customer)
    now[0] += 2
    assert entities.is_stale(key(1), customer)
    entities.touch(key(1))
    assert not entities.is_stale(key(1), customer)


def test_an_entity_with_unsent_edits_is_never_stale(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(module.TTLCache, "__init__", ttl_cache_with(lambda: now[0]))
    entities = IdentityMap(warm=1, ttl=10)
    customer = put(entities, 1)
    customer.externalId = "x"
    now[0] += 11
    assert not entities.is_stale(key(1), customer)


def ttl_cache_with(clock):
    original = module.TTLCache.__init__
    return lambda self, maxsize, ttl: original(self, maxsize, ttl, timer=clock)


# -- making room -----------------------------------------------------------------------------------------------------


def test_a_key_that_is_not_in_use_is_free():
    assert IdentityMap(warm=3).make_room(key(1))


def test_an_entity_that_only_its_recent_use_keeps_makes_room_and_the_others_stay():
    entities = IdentityMap(warm=3)
    for number in (1, 2):
        put(entities, number)
    assert entities.make_room(key(1))
    assert keys(entities) == ["c2"]


def test_an_entity_that_somebody_holds_makes_no_room():
    entities = IdentityMap(warm=3)
    customer = put(entities, 1)
    assert not entities.make_room(key(1))
    assert entities.peek(key(1)) is customer
