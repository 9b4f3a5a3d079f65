"""The consents of a customer (contract 3.4): a closed tree, null at every level, the same three flags in each leaf."""

from __future__ import annotations

from datetime import datetime

from contacthub_orm.mapping import ClosedProperties, EntityField


class Consent(ClosedProperties):
    """One consent: given or not, limited or not, objected to or not; each may be unknown (None)."""

    status = EntityField(bool)
    limitation = EntityField(bool)
    objection = EntityField(bool)


class Disclaimer(ClosedProperties):
    """Which version of the disclaimer was accepted, and when."""

    date = EntityField(datetime)
    version = EntityField(str)


class TraditionalMarketing(ClosedProperties):
    """Marketing by a person on the telephone, and on paper."""

    telephonic = EntityField(Consent)
    papery = EntityField(Consent)


class AutomaticMarketing(ClosedProperties):
    """Marketing by machines."""

    sms = EntityField(Consent)
    email = EntityField(Consent)
    push = EntityField(Consent)
    im = EntityField(Consent)
    telephonic = EntityField(Consent)


class Marketing(ClosedProperties):
    """Consents to marketing."""

    traditional = EntityField(TraditionalMarketing)
    automatic = EntityField(AutomaticMarketing)


class Profiling(ClosedProperties):
    """Consents to profiling."""

    classic = EntityField(Consent)
    online = EntityField(Consent)


class SoftSpam(ClosedProperties):
    """Consents to offers of products like those bought before."""

    email = EntityField(Consent)
    papery = EntityField(Consent)


class ThirdPartyTransfer(ClosedProperties):
    """Consents to pass data on to third parties."""

    profiling = EntityField(Consent)
    marketing = EntityField(Consent)


class Consents(ClosedProperties):
    """Everything that a customer consented to."""

    disclaimer = EntityField(Disclaimer)
    marketing = EntityField(Marketing)
    profiling = EntityField(Profiling)
    softSpam = EntityField(SoftSpam)
    thirdPartyTransfer = EntityField(ThirdPartyTransfer)
