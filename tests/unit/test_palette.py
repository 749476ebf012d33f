"""Avatars on the page and pointers from the server share one palette."""

import re
from pathlib import Path

from chalicelib.realtime.service.pointers import COLORS, color_of

TOKENS = Path(__file__).parents[2] / "frontend/src/app/tokens.css"


def test_pointer_colors_are_the_light_hues_of_the_page() -> None:
    hues = re.findall(r"--hue-\d: light-dark\((#[0-9a-f]{6})", TOKENS.read_text())

    assert list(COLORS) == hues


def test_pointer_color_has_the_index_that_the_page_computes() -> None:
    """The page's own test has the same examples (palette.test.ts)."""
    assert [COLORS.index(color_of(name)) for name in ("alice", "bob", "Zoë", "")] == [5, 4, 8, 0]
