"""Elements of the lists `base.educations`, `likes`, `jobs` and `subscriptions`; `id` is chosen by the client."""

from __future__ import annotations

from datetime import date, datetime

from contacthub_orm.mapping import EntityField, Properties
from contacthub_orm.mapping.children import Child
from contacthub_orm.models.enums import SchoolType, SubscriptionKind


class Education(Child):
    """An entry of `base.educations` (contract 3.3)."""

    __kind__ = "educations"

    schoolType = EntityField(SchoolType)
    schoolName = EntityField(str)
    schoolConcentration = EntityField(str)
    startYear = EntityField(int)
    endYear = EntityField(int)
    isCurrent = EntityField(bool)

    SCHOOL_TYPES = SchoolType


class Like(Child):
    """An entry of `base.likes` (contract 3.3)."""

    __kind__ = "likes"

    category = EntityField(str)
    name = EntityField(str)
    createdTime = EntityField(datetime)


class Job(Child):
    """An entry of `base.jobs` (contract 3.3)."""

    __kind__ = "jobs"

    companyIndustry = EntityField(str)
    companyName = EntityField(str)
    jobTitle = EntityField(str)
    startDate = EntityField(date)
    endDate = EntityField(date)
    isCurrent = EntityField(bool)


class Preference(Properties):
    """A key and its value in the preferences of a subscription."""

    key = EntityField(str)
    value = EntityField(str)


class Subscription(Child):
    """An entry of `base.subscriptions` (contract 3.3); `registeredAt` and `updatedAt` are the client's to write."""

    __kind__ = "subscriptions"

    name = EntityField(str)
    type = EntityField(str)
    kind = EntityField(SubscriptionKind)
    subscribed = EntityField(bool)
    startDate = EntityField(datetime)
    endDate = EntityField(datetime)
    subscriberId = EntityField(str)
    registeredAt = EntityField(datetime)
    updatedAt = EntityField(datetime)
    preferences = EntityField(list[Preference])

    KINDS = SubscriptionKind
