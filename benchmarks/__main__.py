"""`python -m benchmarks`: prints one line a figure; exits with 1 when a budget is not met and `--strict` is given."""

from __future__ import annotations

import argparse
import sys

from benchmarks import committing, documents


def main() -> int:
    """Run all benchmarks and print their results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a budget is not met")
    options = parser.parse_args()
    met = True
    for run in (documents.run, committing.run):
        for result in run():
            print(result, flush=True)
            met = met and result.met
    return 0 if met or not options.strict else 1


if __name__ == "__main__":
    sys.exit(main())
