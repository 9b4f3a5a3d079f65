"""Query, edit in place, commit: the whole job in twenty lines, on a sandbox.

python examples/quickstart.py
"""

from __future__ import annotations

from contacthub_orm import Customer
from contacthub_orm.sandbox import Sandbox

with Sandbox() as sandbox, sandbox.session() as session:
    sandbox.seed(100)

    customers = session.query(Customer).filter(Customer.base.contacts.email.is_not(None)).limit(20).all()
    for customer in customers:
        customer.base.contacts.email = str(customer.base.contacts.email).upper()
        customer.tags.manual.append("upper-case")

    print(session.plan())
    report = session.commit()
    print(f"{len(customers)} customers edited, {len(report.done)} requests sent")
