"""A warm process that has pandas loaded and forks workers in milliseconds: `python -m …forkserver FD`.

It reads requests from a socket: a JSON line saying which role the child plays, with the child's descriptors
beside it. It answers with the child's process id, and later with how the child ended. It runs no user code.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import selectors
import signal
import socket
import sys
from typing import NoReturn

MAX_REQUEST_BYTES = 4096
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def preload() -> None:
    """Import what every block needs, without using it: a used Arrow would have threads, and those do not fork."""
    import numpy  # noqa: F401
    import pandas  # noqa: F401
    import pyarrow  # noqa: F401

    import flowstone.engine.worker.process
    import flowstone.engine.worker.query  # noqa: F401


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
    preload()
    gc.collect()
    gc.freeze()
    _tell(requests, {"ready": os.getpid()})
    with selectors.DefaultSelector() as selector:
        selector.register(requests, selectors.EVENT_READ)
        selector.register(wakeup, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is wakeup:
                    _drain(wakeup)
                    _reap(requests)
                else:
                    _serve(requests, (wakeup, waker))


def _serve(requests: socket.socket, own: tuple[socket.socket, ...]) -> None:
    try:
        message, descriptors, _, _ = socket.recv_fds(requests, MAX_REQUEST_BYTES, 3)
    except ConnectionError:
        message = b""
    if not message:
        sys.exit(0)  # children end with this process: see PR_SET_PDEATHSIG
    try:
        child = os.fork()
    except OSError as wrong:
        _tell(requests, {"refused": str(wrong)})
    else:
        if child == 0:
            _become_child(json.loads(message)["role"], descriptors, (requests, *own))
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
    from flowstone.engine.worker.process import main as serve_blocks

    serve_blocks(control, descriptors[1], descriptors[2])


def _reap(requests: socket.socket) -> None:
    """Tell of each child that has ended; grandchildren left behind are adopted here and reaped, too."""
    while True:
        try:
            child, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if child == 0:
            return
        _tell(requests, {"ended": child, "status": os.waitstatus_to_exitcode(status)})


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
