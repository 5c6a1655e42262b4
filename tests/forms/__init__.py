"""Made-up forms of the provided family: invent, typeset, dump, damage, score.

    from tests.forms import dump, invent, style_for, typeset
    form = invent(7)
    typeset(form, style_for(7), path)
    text = dump(path, "tika")

The truth of a form is `form.tables()`, in the columns and words of the output contract.
"""

from .damage import damage
from .dump import DUMPERS, dump
from .form import Form
from .invent import invent
from .score import Score, score
from .style import Style, style_for
from .typeset import lay_out, typeset

__all__ = [
    "DUMPERS",
    "Form",
    "Score",
    "Style",
    "damage",
    "dump",
    "invent",
    "lay_out",
    "score",
    "style_for",
    "typeset",
]
