"""The sample that the demo imports: reproducible, fictional, and with something to tidy up."""

from __future__ import annotations

import re
from collections import Counter

from contacthub_orm import Customer
from contacthub_orm.cli.sample import SAMPLE_FILE, SAMPLE_SIZE, customers, sample, write


def emails():
    return [document["base"]["contacts"]["email"] for document in sample()]


def test_the_shipped_file_is_what_the_script_writes(tmp_path):
    written = tmp_path / "sample.jsonl"

    assert write(written) == SAMPLE_SIZE
    assert written.read_bytes() == SAMPLE_FILE.read_bytes()


def test_another_seed_gives_other_customers():
    assert list(customers(3, seed=1)) != list(customers(3, seed=2))


def test_every_e_mail_address_is_in_a_domain_reserved_for_examples():
    assert all(re.fullmatch(r"[A-Za-z0-9.\-]+@example\.(com|org|net)", email) for email in emails())


def test_e_mail_addresses_and_external_ids_are_unique_whatever_the_case():
    assert len({email.lower() for email in emails()}) == SAMPLE_SIZE
    assert len({document["externalId"] for document in sample()}) == SAMPLE_SIZE


def test_some_but_not_all_addresses_were_typed_with_capitals():
    tidy = sum(email == email.lower() for email in emails())

    assert SAMPLE_SIZE / 2 < tidy < SAMPLE_SIZE


def test_the_customers_are_spread_over_cities_countries_and_tiers():
    documents = sample()

    assert len({document["base"]["address"]["city"] for document in documents}) >= 10
    assert len({document["base"]["address"]["country"] for document in documents}) >= 4
    assert set(Counter(document["extended"]["loyalty"]["tier"] for document in documents)) == {
        "BASIC",
        "SILVER",
        "GOLD",
    }


def test_every_document_is_a_customer_that_the_model_accepts():
    for document in sample():
        customer = Customer(**document)
        assert customer.base.contacts.email == document["base"]["contacts"]["email"]
