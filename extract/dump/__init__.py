"""Flattened text dumps: what is left of a form after copying or dumping, back into rows and columns."""
