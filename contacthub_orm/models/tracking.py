"""Where a visitor came from: the `tracking` of an event (contract 4.1)."""

from __future__ import annotations

from contacthub_orm.mapping import ClosedProperties, EntityField


class GoogleAnalytics(ClosedProperties):
    """The campaign parameters of an address."""

    utm_source = EntityField(str)
    utm_medium = EntityField(str)
    utm_term = EntityField(str)
    utm_content = EntityField(str)
    utm_campaign = EntityField(str)


class Tracking(ClosedProperties):
    """Where a visitor came from."""

    ga = EntityField(GoogleAnalytics)
