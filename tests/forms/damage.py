"""Text damage for tests of laws: lines dropped, doubled, swapped."""

from __future__ import annotations

import random

WAYS = ("drop", "double", "swap")


def damage(text: str, seed: int, way: str, times: int = 1) -> str:
    """Return *text* with lines dropped, doubled, or swapped with the next; *times* times, blank lines aside.

    >>> damage("甲\\n\\n乙", 1, "swap")
    '乙\\n\\n甲'
    """
    rng = random.Random(f"damage {seed} {way}")
    lines = text.split("\n")
    for _ in range(times):
        printed = [number for number, line in enumerate(lines) if line.strip()]
        if len(printed) < 2:
            break
        chosen = rng.randrange(len(printed) - 1)
        at, after = printed[chosen], printed[chosen + 1]
        if way == "drop":
            del lines[at]
        elif way == "double":
            lines.insert(at, lines[at])
        elif way == "swap":
            lines[at], lines[after] = lines[after], lines[at]
        else:
            raise ValueError(f"no such damage: {way!r}; one of {', '.join(WAYS)}")
    return "\n".join(lines)
