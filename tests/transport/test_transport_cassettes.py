"""The transport works under vcrpy, whose recorded responses stand in for the HTTP library's own."""

from __future__ import annotations

import pytest

from contacthub_orm.errors import NotFound

vcr = pytest.importorskip("vcr")


def test_what_was_recorded_is_replayed_without_a_connection(server, make_workspace, step, tmp_path):
    cassette = str(tmp_path / "cassette.yaml")

    def talk(transport):
        listed = transport.request("GET", ["customers"], params={"page": "0"}).body
        changed = transport.request("PATCH", ["customers", "a/b"], body={"enabled": None}).body
        removed = transport.request("DELETE", ["customers", "c"]).body
        with pytest.raises(NotFound, match="no such customer"):
            transport.request("GET", ["customers", "x"])
        return listed, changed, removed

    server.play(
        step.answer(200, {"elements": [1, 2]}),
        step.answer(200, {"id": "a/b"}),
        step.answer(200, b""),
        step.answer(404, {"message": "no such customer"}),
    )
    with vcr.use_cassette(cassette, record_mode="once"):
        recorded = talk(make_workspace().transport)
    sent = len(server.requests)
    with vcr.use_cassette(cassette, record_mode="none") as played:
        replayed = talk(make_workspace().transport)
    assert replayed == recorded == ({"elements": [1, 2]}, {"id": "a/b"}, None)
    assert played.all_played
    assert len(server.requests) == sent == 4
