"""Lines come from the published figures, tag by tag."""

from __future__ import annotations

import numpy as np
import pytest

from labelhub.scoring.lines import HIGHEST, LOWEST
from labelhub.scoring.published import published_lines

BLOCK = """Tag: {name} ({at}) (cnt: 4900)
Precision: 0.7435
Recall: 0.7550
F1: {f1:.4f}
TP: 114, TN: 32578, FP: 39, FN: 37
"""


def figures(**f1: float) -> str:
    return "\n".join(
        BLOCK.format(name=name, at=at, f1=each) for at, (name, each) in enumerate(f1.items())
    )


def test_a_line_is_half_the_f1_within_bounds() -> None:
    text = figures(smile=0.3, solo=1, apron=0.0, unknown_here=0.5)
    lines = published_lines(text, ["solo", "apron", "smile", "new"], otherwise=0.25)
    np.testing.assert_allclose(lines, [HIGHEST, LOWEST, 0.15, 0.25])


@pytest.mark.parametrize("text", ["", "Tag: smile (1) (cnt: 2)\nF1: much", "<html>"])
def test_a_damaged_file_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"full-metrics\.txt is damaged"):
        published_lines(text, ["smile"], otherwise=0.25)


def test_names_with_brackets_are_read() -> None:
    text = figures(**{"lucy_(fate)": 0.4})
    assert published_lines(text, ["lucy_(fate)"], otherwise=0.25)[0] == pytest.approx(0.2)
