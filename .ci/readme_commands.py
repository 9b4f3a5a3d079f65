"""Print one of the two commands that README.md opens with: its first two fenced code blocks, one line each."""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
FENCED_BLOCK = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def readme_commands(text: str) -> tuple[str, str]:
    """Return the two commands; `SystemExit` when the README does not open with two blocks of one line each."""
    blocks = [block.strip() for block in FENCED_BLOCK.findall(text)[:2]]
    if len(blocks) != 2 or any(not block or "\n" in block for block in blocks):
        raise SystemExit("README.md must open with two fenced code blocks of one line each")
    return blocks[0], blocks[1]


if __name__ == "__main__":
    print(readme_commands(README.read_text(encoding="utf-8"))[int(sys.argv[1]) - 1])
