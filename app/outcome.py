"""What a write did to one row. The word is the same in reports, on pages and in the API."""

from typing import Literal

Outcome = Literal["added", "changed", "unchanged"]
