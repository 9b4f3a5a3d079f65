"""Elements of the lists `base.educations`, `likes`, `jobs` and `subscriptions`; `id` is chosen by the client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from contacthub_orm.mapping import ClosedProperties, EntityField
from contacthub_orm.mapping.children import Child
from contacthub_orm.models.enums import SchoolType, SubscriptionKind

if TYPE_CHECKING:
    from contacthub_orm.models.customer import Customer


class CustomerChild(Child):
    """An element of a list of a customer."""

    if TYPE_CHECKING:

        @property
        def customer(self) -> Customer | None:
            """The customer that the child belongs to, None when that is not known."""


class Education(CustomerChild):
    """An entry of `base.educations` (contract 3.3).

    >>> education = Education(schoolType=Education.SCHOOL_TYPES.COLLEGE, startYear=1934)
    >>> education.startYear
    1934
    """

    __kind__ = "educations"

    schoolType = EntityField(SchoolType)
    schoolName = EntityField(str)
    schoolConcentration = EntityField(str)
    startYear = EntityField(int)
    endYear = EntityField(int)
    isCurrent = EntityField(bool)

    SCHOOL_TYPES = SchoolType

    if TYPE_CHECKING:

        def __init__(
            self,
            values: Mapping[str, Any] | None = None,
            /,
            *,
            customer: Customer | None = None,
            id: str | None = None,
            schoolType: SchoolType | str | None = None,
            schoolName: str | None = None,
            schoolConcentration: str | None = None,
            startYear: int | None = None,
            endYear: int | None = None,
            isCurrent: bool | None = None,
        ) -> None: ...


class Like(CustomerChild):
    """An entry of `base.likes` (contract 3.3).

    >>> Like(category="music", name="Ella").name
    'Ella'
    """

    __kind__ = "likes"

    category = EntityField(str)
    name = EntityField(str)
    createdTime = EntityField(datetime)

    if TYPE_CHECKING:

        def __init__(
            self,
            values: Mapping[str, Any] | None = None,
            /,
            *,
            customer: Customer | None = None,
            id: str | None = None,
            category: str | None = None,
            name: str | None = None,
            createdTime: date | str | None = None,
        ) -> None: ...


class Job(CustomerChild):
    """An entry of `base.jobs` (contract 3.3).

    >>> from contacthub_orm import Customer
    >>> ada = Customer(base={"jobs": [Job(companyName="Analytical Engines")]})
    >>> [job.companyName for job in ada.base.jobs]
    ['Analytical Engines']
    """

    __kind__ = "jobs"

    companyIndustry = EntityField(str)
    companyName = EntityField(str)
    jobTitle = EntityField(str)
    startDate = EntityField(date)
    endDate = EntityField(date)
    isCurrent = EntityField(bool)

    if TYPE_CHECKING:

        def __init__(
            self,
            values: Mapping[str, Any] | None = None,
            /,
            *,
            customer: Customer | None = None,
            id: str | None = None,
            companyIndustry: str | None = None,
            companyName: str | None = None,
            jobTitle: str | None = None,
            startDate: date | str | None = None,
            endDate: date | str | None = None,
            isCurrent: bool | None = None,
        ) -> None: ...


class Preference(ClosedProperties):
    """A key and its value in the preferences of a subscription."""

    key = EntityField(str)
    value = EntityField(str)


class Subscription(CustomerChild):
    """An entry of `base.subscriptions` (contract 3.3); `registeredAt` and `updatedAt` are the client's to write.

    >>> Subscription(name="news", kind=Subscription.KINDS.DIGITAL_MESSAGE, subscribed=True).subscribed
    True
    """

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

    if TYPE_CHECKING:

        def __init__(
            self,
            values: Mapping[str, Any] | None = None,
            /,
            *,
            customer: Customer | None = None,
            id: str | None = None,
            name: str | None = None,
            type: str | None = None,
            kind: SubscriptionKind | str | None = None,
            subscribed: bool | None = None,
            startDate: date | str | None = None,
            endDate: date | str | None = None,
            subscriberId: str | None = None,
            registeredAt: date | str | None = None,
            updatedAt: date | str | None = None,
            preferences: Iterable[Preference | Mapping[str, Any]] | None = None,
        ) -> None: ...
