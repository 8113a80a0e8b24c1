"""A warm process that has pandas loaded and forks workers in milliseconds: `python -m …forkserver FD`.

It reads requests from a socket: a JSON line saying which role the child plays, with the child's descriptors
beside it. It answers with the child's process id, and later with how the child ended. It runs no user code.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import selectors
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

MAX_REQUEST_BYTES = 4096
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
MAX_OPEN_FILES = 8192
"""How many files a block may have open at once, unless it asks for more: a leak is the block's error."""
IDLE_AFTER_S = 0.5
"""How long nobody asks for a worker before more is imported for those to come."""
FIRST_TO_GO = b"900"
"""A worker's oom_score_adj: when the machine is out of memory, the system ends a block and not its server."""


def preload() -> None:
    """Import what every block needs, without using it: a used Arrow would have threads, and those do not fork."""
    import numpy  # noqa: F401
    import pandas  # noqa: F401
    import pyarrow  # noqa: F401

    import flowstone.engine.worker.process  # noqa: F401


def preload_more() -> None:
    """Import what many blocks need, and pages of outputs, when nobody is waiting for a worker."""
    import importlib.metadata  # noqa: F401

    import pydantic  # noqa: F401

    import flowstone.engine.worker.query  # noqa: F401

    gc.collect()
    gc.freeze()


def main() -> None:
    """Serve fork requests until the other end is gone; then end, and every child with it."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    _process_control(PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wakeup, waker = socket.socketpair()
    for end in (wakeup, waker):
        end.settimeout(0)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    gc.disable()  # imports make no garbage worth looking for, and a hundred thousand objects to look at
    preload()
    gc.freeze()
    gc.enable()
    _tell(requests, {"ready": os.getpid()})
    children: set[int] = set()
    with selectors.DefaultSelector() as selector:
        selector.register(requests, selectors.EVENT_READ)
        selector.register(wakeup, selectors.EVENT_READ)
        if not selector.select(IDLE_AFTER_S):
            preload_more()
        while True:
            for key, _ in selector.select():
                if key.fileobj is wakeup:
                    _drain(wakeup)
                    _reap(requests, children)
                else:
                    _serve(requests, (wakeup, waker), children)


def _serve(requests: socket.socket, own: tuple[socket.socket, ...], children: set[int]) -> None:
    try:
        message, descriptors, _, _ = socket.recv_fds(requests, MAX_REQUEST_BYTES, 3)
    except ConnectionError:
        message = b""
    if not message:
        _end_all()
        sys.exit(0)
    try:
        child = os.fork()
    except OSError as wrong:
        _tell(requests, {"refused": str(wrong)})
    else:
        if child == 0:
            _become_child(json.loads(message)["role"], descriptors, (requests, *own))
        children.add(child)
        _tell(requests, {"forked": child})
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _become_child(role: str, descriptors: list[int], inherited: tuple[socket.socket, ...]) -> NoReturn:
    os.setpgid(0, 0)
    _process_control(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for end in inherited:
        end.close()
    control = socket.socket(fileno=descriptors[0])
    if role == "query":
        from flowstone.engine.worker.query import main as serve_queries

        serve_queries(control)
    _process_control(PR_SET_CHILD_SUBREAPER, 1)  # so that what a block leaves behind is found and ended with it
    _bound()
    from flowstone.engine.worker.process import main as serve_blocks

    serve_blocks(control, descriptors[1], descriptors[2])


def _bound() -> None:
    """Keep what a worker does from being the machine's end."""
    import numpy as np

    np.random.seed()
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY or limit > MAX_OPEN_FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_OPEN_FILES, most))
    with suppress(OSError), Path("/proc/self/oom_score_adj").open("wb") as score:
        score.write(FIRST_TO_GO)


def _reap(requests: socket.socket, children: set[int]) -> None:
    """Tell of each child that has ended, and end what it has left behind, which was given to this process."""
    ended = list(_ended())
    if any(child in children for child, _ in ended):
        children.difference_update(child for child, _ in ended)
        _end_strangers(children)
    for child, status in ended:
        _tell(requests, {"ended": child, "status": status})


def _ended() -> Iterator[tuple[int, int]]:
    with suppress(ChildProcessError):
        while True:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            yield child, os.waitstatus_to_exitcode(status)


def _end_strangers(children: set[int]) -> None:
    """Kill what this process has not forked, and what is below it."""
    from flowstone.engine.process_tree import children_of, kill_tree

    for process in children_of(os.getpid()):
        if process not in children:
            kill_tree(process)


def _end_all() -> None:
    """Kill everything below this process; what a block has started would live on by itself."""
    from flowstone.engine.process_tree import kill_below

    kill_below(os.getpid())


def _tell(requests: socket.socket, message: dict[str, int | str]) -> None:
    try:
        requests.sendall(json.dumps(message).encode() + b"\n")
    except OSError:
        sys.exit(0)


def _drain(wakeup: socket.socket) -> None:
    try:
        while wakeup.recv(4096):
            pass
    except BlockingIOError:
        return


def _process_control(option: int, value: int) -> None:
    """Call prctl(2), where there is one."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main()
