"""Phrases mean what they would mean if every combination were written out."""

from __future__ import annotations

import pickle

import pytest
from jixiao.rules.phrases import Phrases

WORDS = {"职能": "functions", "整体资金": "funds", "资金": "funds", "职能概述": "goals", "年度目标": "annual", "目标": "goals"}
FRONTS = ("部门", "年度", "部门整体")
BACKS = ("概述", "情况", "概述情况")


def written_out() -> dict[str, str]:
    """Return all phrases, made the long way: the words themselves first, then word by word."""
    out = dict(WORDS)
    for word, meaning in WORDS.items():
        for front in ("", *FRONTS):
            for back in ("", *BACKS):
                out.setdefault(front + word + back, meaning)
    return {phrase: meaning for phrase, meaning in out.items() if len(phrase) > 2 or meaning == "functions"}


def texts() -> set[str]:
    """Return every piece of every phrase, whole phrases among them, and texts that are nearly pieces."""
    pieces = {p[i:j] for p in (*written_out(), *WORDS) for i in range(len(p) + 1) for j in range(i, len(p) + 1)}
    return pieces | {a + b for a in ("部门", "部", "概述") for b in pieces} | {piece + "能" for piece in pieces}


@pytest.fixture(params=["made", "sent"])
def phrases(request: pytest.FixtureRequest) -> Phrases:
    made = Phrases(WORDS, FRONTS, BACKS, short=2, even_short=("functions",))
    return made if request.param == "made" else pickle.loads(pickle.dumps(made))


def test_every_combination_has_its_meaning_and_no_other_text_has_one(phrases: Phrases) -> None:
    expected = written_out()
    assert dict(phrases) == expected
    assert len(phrases) == len(expected)
    assert {text: phrases.get(text) for text in texts()} == {text: expected.get(text) for text in texts()}
    assert phrases.get("资金", "") == ""
    with pytest.raises(KeyError):
        phrases["部门" * 50]


def test_beginnings_and_ends_of_phrases_are_known(phrases: Phrases) -> None:
    expected = [*written_out()]
    for text in texts():
        assert (text in phrases.prefixes) == (text != "" and any(p.startswith(text) for p in expected)), text
        assert phrases.may_end_with(text) == any(p.endswith(text) for p in expected), text
