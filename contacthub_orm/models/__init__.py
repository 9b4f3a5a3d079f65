"""The ContactHub model, declared with the mapping."""

from __future__ import annotations

from contacthub_orm.models.base import (
    Address,
    Base,
    Contacts,
    Credential,
    Geo,
    MobileDevice,
    OtherContact,
    SocialProfile,
)
from contacthub_orm.models.children import Education, Job, Like, Preference, Subscription
from contacthub_orm.models.consents import (
    AutomaticMarketing,
    Consent,
    Consents,
    Disclaimer,
    Marketing,
    Profiling,
    SoftSpam,
    ThirdPartyTransfer,
    TraditionalMarketing,
)
from contacthub_orm.models.customer import Customer, SourceInfo, Tags
from contacthub_orm.models.enums import (
    MobileDeviceType,
    NotificationService,
    OtherContactType,
    SchoolType,
    SubscriptionKind,
)
from contacthub_orm.models.timezones import Timezone

__all__ = [
    "Address",
    "AutomaticMarketing",
    "Base",
    "Consent",
    "Consents",
    "Contacts",
    "Credential",
    "Customer",
    "Disclaimer",
    "Education",
    "Geo",
    "Job",
    "Like",
    "Marketing",
    "MobileDevice",
    "MobileDeviceType",
    "NotificationService",
    "OtherContact",
    "OtherContactType",
    "Preference",
    "Profiling",
    "SchoolType",
    "SocialProfile",
    "SoftSpam",
    "SourceInfo",
    "Subscription",
    "SubscriptionKind",
    "Tags",
    "ThirdPartyTransfer",
    "Timezone",
    "TraditionalMarketing",
]
