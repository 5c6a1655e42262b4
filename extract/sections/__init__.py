"""Loose lines and grids → the parts of a form. The same for every file."""

from .parts import FundAmount, FundRow, IndicatorRow, Parts, TargetCells, TaskRow
from .walk import read_sections

__all__ = ["FundAmount", "FundRow", "IndicatorRow", "Parts", "TargetCells", "TaskRow", "read_sections"]
