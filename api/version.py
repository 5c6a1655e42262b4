"""The version of the program, written into every table and manifest line."""

__version__ = "0.1.0"
