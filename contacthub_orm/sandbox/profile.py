"""What a workspace tells about itself without acting on it: its name, its currency, what is switched off."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Profile:
    """What `/configuration` shows and changes besides the settings in force; kept until the sandbox is reset or closed.

    Attributes:
        name: of the workspace.
        industry: of its owner.
        logo: where its picture is.
        timezone: of its owner.
        currency: of its amounts.
        disabled_properties: names of base properties that are switched off.
        disabled_events: types of events that are switched off.
    """

    name: str = "sandbox"
    industry: str = "NotDefined"
    logo: str | None = None
    timezone: str = "Europe/Rome"
    currency: str = "EUR"
    disabled_properties: frozenset[str] = frozenset()
    disabled_events: frozenset[str] = frozenset()
