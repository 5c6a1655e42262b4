"""What can keep a folder from being loaded."""

from __future__ import annotations


class WarehouseError(Exception):
    """A load that was not done; nothing in the warehouse has changed.

    The message (Chinese) says what, where and what to do next, and holds no password. *exit_status*
    is the command's: 2 for wrong use, 75 where another load holds the warehouse, else 1.
    """

    def __init__(self, message: str, exit_status: int = 1) -> None:
        super().__init__(message)
        self.exit_status = exit_status
