"""Loose lines and grids → the parts of a form. The same for every file."""

from .parts import FundRow, IndicatorRow, Parts
from .walk import read_sections

__all__ = ["FundRow", "IndicatorRow", "Parts", "read_sections"]
