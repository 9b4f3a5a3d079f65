"""The ContactHub model, declared with the mapping. The classes of event properties are in `event_properties`."""

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
from contacthub_orm.models.customer_session import CustomerSession
from contacthub_orm.models.enums import (
    MobileDeviceType,
    NotificationService,
    OtherContactType,
    SchoolType,
    SubscriptionKind,
)
from contacthub_orm.models.event import BringBackProperties, Event
from contacthub_orm.models.event_types import EVENT_MODES, BringBackType, EventContext, EventMode, EventType
from contacthub_orm.models.timezones import Timezone
from contacthub_orm.models.tracking import Tracking

__all__ = [
    "EVENT_MODES",
    "Address",
    "AutomaticMarketing",
    "Base",
    "BringBackProperties",
    "BringBackType",
    "Consent",
    "Consents",
    "Contacts",
    "Credential",
    "Customer",
    "CustomerSession",
    "Disclaimer",
    "Education",
    "Event",
    "EventContext",
    "EventMode",
    "EventType",
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
    "Tracking",
    "TraditionalMarketing",
]
