"""Every colour pair of the theme is readable, computed from the style sheet's own source."""

import re
from pathlib import Path

import pytest
from django.conf import settings

THEME = Path(settings.BASE_DIR) / "static" / "src" / "_theme.scss"


def theme() -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    source = re.sub(r"//.*", "", THEME.read_text())
    colours = dict(re.findall(r"^\$([\w-]+): (#[0-9a-f]{6});", source, re.M))
    pairs = {
        name: (colours[text], colours[ground])
        for name, text, ground in re.findall(r'"([^"]+)": \(\s*\$([\w-]+),\s*\$([\w-]+),?\s*\)', source)
    }
    return colours, pairs


COLOURS, PAIRS = theme()


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Ratio by the formula of WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", PAIRS)
def test_pair_is_readable(name: str) -> None:
    text, ground = PAIRS[name]
    assert contrast(text, ground) >= 4.5, f"{name}: {text} on {ground}"


def test_the_table_is_complete() -> None:
    bands = {"exemplary", "assured", "working", "listed", "alert"}
    assert bands <= PAIRS.keys()
    used = {colour for pair in PAIRS.values() for colour in pair}
    # Lines between things carry no words.
    assert set(COLOURS.values()) - used == {COLOURS["line"]}


def test_colours_are_written_in_the_theme_only() -> None:
    for path in THEME.parent.glob("*.scss"):
        if path != THEME:
            source = re.sub(r"//.*", "", path.read_text())
            assert re.findall(r"#[0-9a-fA-F]{3,8}\b", source) == [], path.name
