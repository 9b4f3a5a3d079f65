"""Where the contract files are, when they are there at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def contract() -> Path:
    root = Path(os.environ.get("CONTACTHUB_CONTRACT_DIR", Path(__file__).parents[3] / "shared"))
    found = root / "contract" if (root / "contract").is_dir() else root
    if not (found / "schemas-2019").is_dir():
        pytest.skip("the contract files are not there; set CONTACTHUB_CONTRACT_DIR")
    return found
