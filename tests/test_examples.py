"""The programs in `examples/` do what they say."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
CDNOW_FILE = Path(os.environ.get("CONTACTHUB_DATA_DIR", ROOT.parent / "shared" / "data")) / "cdnow_sample.txt"

MADE_UP = "".join(
    f" {customer:05d} {customer:04d} 199701{day:02d}  {customer % 3 + 1} {customer * 1.25:7.2f}\r\n"
    for customer in range(1, 121)
    for day in range(1, customer % 4 + 2)
)


def cdnow():
    return runpy.run_path(str(EXAMPLES / "cdnow.py"))


@pytest.fixture
def made_up(tmp_path):
    path = tmp_path / "purchases.txt"
    path.write_bytes(MADE_UP.encode())
    return path


def test_quickstart_reports_its_requests(capsys):
    runpy.run_path(str(EXAMPLES / "quickstart.py"))

    assert "20 customers edited, 20 requests sent" in capsys.readouterr().out


def test_cdnow_adds_up_the_purchases_of_a_customer(made_up):
    module = cdnow()

    total = module["totals"](module["read_purchases"](made_up)["00003"])

    assert (total["orders"], total["units"], total["spent"]) == (4, 4, 15.0)
    assert (total["first"].isoformat(), total["last"].isoformat()) == ("1997-01-01", "1997-01-04")


def test_cdnow_sends_the_minimum_for_a_small_file(made_up, capsys):
    assert cdnow()["main"]([str(made_up)]) == 0

    out = capsys.readouterr().out
    assert "120 customers and 300 orders created" in out
    assert "12 of them" in out


def test_cdnow_tags_exactly_the_customers_who_spent_most(made_up, sandbox_session):
    module = cdnow()
    purchases = module["read_purchases"](made_up)

    module["run"](sandbox_session, purchases, index_lags=False)

    spent = {name: module["totals"](own)["spent"] for name, own in purchases.items()}
    best = set(sorted(spent, key=spent.__getitem__)[-12:])
    buyer = module["Buyer"]
    tagged = sandbox_session.query(buyer).filter(buyer.tags.manual.contains(module["TAG"]))
    assert {customer.externalId for customer in tagged} == best


@pytest.fixture
def sandbox_session():
    from contacthub_orm.sandbox import Sandbox

    with Sandbox() as sandbox, sandbox.session() as session:
        yield session


def test_cdnow_names_the_line_that_it_cannot_read(tmp_path):
    path = tmp_path / "broken.txt"
    path.write_text(" 00004 0001 19970101  2   29.33\n 00004 0001 not-a-date  2   29.33\n")

    with pytest.raises(SystemExit, match="line 2"):
        cdnow()["main"]([str(path)])


def test_cdnow_says_that_a_file_holds_nothing(tmp_path):
    path = tmp_path / "empty.txt"
    path.touch()

    with pytest.raises(SystemExit, match="holds no purchases"):
        cdnow()["main"]([str(path)])


@pytest.mark.parametrize("missing", ["TOKEN", "NODE_ID"])
def test_cdnow_names_the_variables_that_it_lacks(made_up, monkeypatch, missing):
    for name in ("WORKSPACE_ID", "TOKEN", "NODE_ID"):
        monkeypatch.setenv(f"CONTACTHUB_{name}", "x")
    monkeypatch.delenv(f"CONTACTHUB_{missing}")

    with pytest.raises(SystemExit, match=f"CONTACTHUB_{missing}"):
        cdnow()["main"](["--env", str(made_up)])


def test_cdnow_tells_where_its_data_come_from(capsys):
    with pytest.raises(SystemExit):
        cdnow()["main"](["--help"])

    assert "Fader and Hardie" in capsys.readouterr().out


@pytest.mark.timeout(300)  # some 9,500 requests, however busy the machine is
@pytest.mark.skipif(not CDNOW_FILE.is_file(), reason="the CDNOW sample is not beside the repository")
def test_cdnow_sends_the_minimum_for_the_real_file(capsys):
    assert cdnow()["main"]([str(CDNOW_FILE)]) == 0

    out = capsys.readouterr().out
    assert "2,357 customers and 6,919 orders created" in out
    assert "235 of them" in out
