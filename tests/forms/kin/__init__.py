"""Made-up forms of the other families: cells of a grid, beside the truth in the contract's words.

    from tests.forms.kin import KINDS, invent_kin
    kin = invent_kin("self-evaluation", 7)
    kin.head, kin.blocks, kin.tables

The wordings are more varied than any vocabulary of the program: labels in no list, headers with
additions, other orders.
"""

from .families import KINDS, invent_kin
from .paper import Kin

__all__ = ["KINDS", "Kin", "invent_kin"]
