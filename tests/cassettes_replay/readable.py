"""Cassettes as YAML for people: bodies in lines and letters as they are, so that a diff shows what changed."""

from __future__ import annotations

from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    pass


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def serialize(cassette: dict[str, Any]) -> str:
    """Return a cassette as text. Called by vcrpy."""
    text: str = yaml.dump(cassette, Dumper=_Dumper, allow_unicode=True, width=4096, sort_keys=False)
    return text


def deserialize(text: str) -> Any:
    """Return the cassette in a text. Called by vcrpy."""
    return yaml.safe_load(text)
