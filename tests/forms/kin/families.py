"""The families of invented forms, each a module of its own."""

from __future__ import annotations

from collections.abc import Callable

from .by_type import by_type
from .department_overall import department_overall
from .draft import Draft
from .midterm import midterm
from .monitoring import monitoring
from .paper import Kin
from .project_targets import project_targets
from .self_evaluation import self_evaluation

KINDS: dict[str, Callable[[Draft], None]] = {
    "project-targets": project_targets,
    "self-evaluation": self_evaluation,
    "midterm-and-annual": midterm,
    "department-overall": department_overall,
    "evaluation-by-type": by_type,
    "monitoring": monitoring,
}


def invent_kin(family: str, seed: int) -> Kin:
    """Return the invented form of *family* and *seed*; the same seed gives the same form."""
    form = Draft(family, seed)
    KINDS[family](form)
    return form.done()
