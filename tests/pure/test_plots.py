"""Plots: one picture that carries its own words, the same wherever it is shown."""

from xml.etree import ElementTree as ET

import pytest

from casework.reports import plots

SVG = "{http://www.w3.org/2000/svg}"


def bars(svg: str, name: str) -> list[int]:
    """The lengths of the marks of one class, in the order drawn."""
    root = ET.fromstring(svg)  # noqa: S314 - our own output
    return [int(r.attrib["width"]) for r in root.iter(f"{SVG}rect") if r.attrib["class"] == name]


def test_a_plot_has_title_description_and_role() -> None:
    root = ET.fromstring(plots.horizontal_bars("Orsaker", [("Rutin & <stöd>", 1234)]))  # noqa: S314
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == "Orsaker"
    assert root.findtext(f"{SVG}desc") == "Rutin & <stöd> 1\u00a0234"


def test_bars_are_in_proportion_and_a_small_count_is_still_seen() -> None:
    lengths = bars(plots.horizontal_bars("t", [("a", 2000), ("b", 1000), ("c", 1), ("d", 0)]),
                   "plot-bar")  # fmt: skip
    assert lengths[0] == 2 * lengths[1]
    assert lengths[2] == 2
    assert lengths[3] == 0


def test_age_groups_stack_to_the_total() -> None:
    svg = plots.age_bars("Ålder", [("Mottagning", (31, 12, 4)), ("Familjerätt", (0, 0, 0))])
    assert ">47<" in svg
    assert "Mottagning: ≤ 30 dagar 31, 31–90 dagar 12, &gt; 90 dagar 4" in svg
    assert bars(svg, "plot-age-3")[2] == 0


def test_no_mark_leaves_the_picture() -> None:
    rows = [("x" * 200, (999_999, 999_999, 999_999))]
    root = ET.fromstring(plots.age_bars("t", rows))  # noqa: S314
    for rect in root.iter(f"{SVG}rect"):
        assert int(rect.attrib["x"]) + int(rect.attrib["width"]) <= plots.WIDTH


def test_months_and_values_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="zip"):
        plots.monthly_columns("t", ["jan", "feb"], [1])


@pytest.mark.parametrize("make", [plots.horizontal_bars, plots.age_bars])
def test_nothing_to_show_is_still_a_picture(make: object) -> None:
    assert callable(make)
    ET.fromstring(make("Tomt", []))  # noqa: S314
    ET.fromstring(plots.monthly_columns("Tomt", [], []))  # noqa: S314


def test_numbers_are_written_as_in_swedish_print() -> None:
    assert plots.swedish_number(1234567) == "1\u00a0234\u00a0567"
    assert plots.swedish_number(2.5) == "2,5"
