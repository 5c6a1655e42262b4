"""The start of a nursery. Little is imported here: while it loads, so does the rest of its parent."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import NamedTuple

# What is loaded stays: to look for garbage among it on the way is lost time. The nursery turns it on again.
_MAIN = (
    "import gc, json, sys; gc.disable(); sys.path[:] = json.loads(sys.argv[1]); "
    "from jixiao.pipeline.nursery import main; main(int(sys.argv[2]))"
)


class Nursery(NamedTuple):
    """A process in which workers will be born, waiting on its standard input for its `Start`; and the way to it."""

    process: subprocess.Popen[bytes]
    control: socket.socket


def begin_nursery() -> Nursery:
    """Start a nursery. It ends by itself when its standard input and *control* are closed."""
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _MAIN, json.dumps([*map(str, sys.path)]), str(theirs.fileno())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # an interrupt from the keyboard is the parent's
        )
    return Nursery(process, control)
