"""Every exception of the package, in one tree under `ContactHubError`.

Names follow SQLAlchemy where the meaning is the same. A message says which object, what happened and what to do;
it never holds a token or the value of a customer's field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contacthub_orm.mapping.entity import Entity
    from contacthub_orm.unit_of_work.report import CommitReport

SHOWN = 20
"""How many problems or failures the text of an error lists; its attributes hold all of them."""


def _restore(cls: type[ContactHubError], args: tuple[Any, ...], state: dict[str, Any]) -> ContactHubError:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


class ContactHubError(Exception):
    """The root: `except ContactHubError` catches what this package raises on purpose.

    Except where a protocol of Python's says which exception it is: `TypeError` for the truth value of a criterion,
    `IndexError`, `KeyError` and `ValueError` from what behaves like a list or a dictionary.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, dict(self.__dict__))


class ArgumentError(ContactHubError, ValueError):
    """A wrong argument, found before anything was sent: a bad id, an operator the API lacks, an impossible page."""


class ConfigurationError(ArgumentError):
    """Credentials or an address are missing or cannot be used; names the key and, if there is one, the file."""


class UnknownFieldError(ContactHubError, AttributeError):
    """A closed part of the model has no such name; the message proposes the nearest one."""


class ReadOnlyFieldError(ContactHubError, AttributeError):
    """The field belongs to the server, or was fixed when the object was made."""


class ValidationError(ContactHubError, ValueError):
    """One or more values cannot be sent; `problems` lists every (path, reason), nothing was sent.

    Where a plan cannot be sent, `objects` are the objects that have the problems. The text names the first problems.
    """

    def __init__(self, problems: Sequence[tuple[str, str]], owners: Sequence[Entity] = ()) -> None:
        self.problems: tuple[tuple[str, str], ...] = tuple(problems)
        self._owners = tuple(owners)  # the object of each problem
        lines = [f"{path or '(document)'}: {reason}" for path, reason in self.problems[:SHOWN]]
        if (left := len(self.problems) - SHOWN) > 0:
            lines.append(f"… and {left} more")
        super().__init__(lines[0] if len(lines) == 1 else "\n".join([f"{len(self.problems)} problems:", *lines]))

    @property
    def objects(self) -> tuple[Entity, ...]:
        """The objects whose requests cannot be sent, each once, in the order of their problems; none for a value."""
        return tuple({id(owner): owner for owner in self._owners}.values())

    def problems_of(self, instance: object) -> tuple[tuple[str, str], ...]:
        """Return the problems of one of these objects."""
        pairs = zip(self._owners, self.problems, strict=False)
        return tuple(problem for owner, problem in pairs if owner is instance)


class InvalidRequestError(ContactHubError):
    """The call does not fit the state of the session or of the object."""


class UnmappedInstanceError(InvalidRequestError):
    """The argument is not an instance of a mapped class."""


class DetachedInstanceError(InvalidRequestError):
    """A value has to be loaded, and the object belongs to no session."""


class ObjectDeletedError(InvalidRequestError):
    """The server no longer has an object that this session knew."""


class NotVisibleYet(InvalidRequestError):
    """The server accepted an object and stores it later: it cannot be read yet. Try again in some seconds."""


class NoResultFound(InvalidRequestError):
    """Exactly one result was asked for and there is none."""


class MultipleResultsFound(InvalidRequestError):
    """At most one result was asked for and there are several."""


class IllegalStateError(InvalidRequestError):
    """The session is closed, or is in use by another thread, or was called from inside its own flush."""


class OperationNotPermitted(InvalidRequestError):
    """The API cannot do this; the message names what to do instead."""


class FlushError(ContactHubError):
    """The plan of a flush cannot be built."""


class CommitError(FlushError):
    """Some operations of a flush are not done; `report` holds the state of every one. Done work stays done.

    >>> from contacthub_orm import Customer
    >>> from contacthub_orm.sandbox import Sandbox
    >>> with Sandbox(mandatory=["lastName"]) as sandbox, sandbox.session() as session:
    ...     session.add(Customer(base={"firstName": "Ada"}))
    ...     try:
    ...         session.commit()
    ...     except CommitError as error:
    ...         print([entry.error.errors[0]["path"] for entry in error.report.rejected])
    ['/base/lastName']
    """

    def __init__(self, message: str, report: CommitReport) -> None:
        super().__init__(message)
        self.report = report


class StaleDataError(ContactHubError):
    """The server's copy is newer than the one an edit was based on. Not raised yet: the API has no check for it."""


class TransportError(ContactHubError):
    """No usable answer to a request.

    `sent` is False only when the request provably never reached the server (refused, name not resolved): then
    nothing was applied. Otherwise the outcome is unknown.
    """

    in_doubt = False
    """As in `APIError`."""

    def __init__(self, message: str, *, method: str, path: str, attempts: int = 1, sent: bool = True) -> None:
        super().__init__(message)
        self.method = method
        self.path = path
        self.attempts = attempts
        self.sent = sent


class APIError(ContactHubError):
    """The server answered with an error status. `attempts` counts the requests that were sent for it."""

    in_doubt = False
    """Whether an earlier attempt of the same request may have been applied: its answer was lost."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        data: Any = None,
        logref: str | None = None,
        method: str = "",
        path: str = "",
        attempts: int = 1,
        retry_after: float | None = None,
    ) -> None:
        self.status = status
        self.message = message
        self.errors = list(errors)
        self.data = data
        self.logref = logref
        self.method = method
        self.path = path
        self.attempts = attempts
        self.retry_after = retry_after
        super().__init__(
            f"Status code: {status}. Message: {message}. Errors: {self.errors}. Data: {data}. Logref: {logref}"
        )


class BadRequest(APIError):
    """400 and the other definitive refusals of a body: the request is wrong and must change."""


class Unauthorized(APIError):
    """401: the token is unknown."""


class Forbidden(APIError):
    """403: the token may not do this, or the workspace is not its own."""


class NotFound(APIError):
    """404: no such node, customer or event, or no API at this address: `is_from_api` tells them apart."""

    @property
    def is_from_api(self) -> bool:
        """Whether the API itself says it: all its errors have a logref (contract 7.1).

        The 404 of an unknown route or of a proxy has none, and proves nothing about what was asked for.
        """
        return self.logref is not None


class Conflict(APIError):
    """409: another customer owns a unique key of this one."""

    @property
    def customer_id(self) -> str | None:
        """Id of the customer that owns the key, when the server tells it (it does not to an untrusted source)."""
        customer = self.data.get("customer") if isinstance(self.data, Mapping) else None
        found = customer.get("id") if isinstance(customer, Mapping) else None
        return found if isinstance(found, str) else None


class ReindexingInProgress(APIError):
    """423: the workspace is being re-indexed and takes no writes for now."""


class RateLimited(APIError):
    """429: too many requests; `retry_after` is in seconds when the server says it."""


class ServerError(APIError):
    """5xx: whether a write was applied is not known."""
