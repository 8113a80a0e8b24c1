"""Signals and timers that a block sets up are its own: the next finds them as they were."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

CHANGED = (
    signal.SIGALRM,
    signal.SIGCHLD,
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGPIPE,
    signal.SIGPROF,
    signal.SIGTERM,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGVTALRM,
)
"""What programs listen to."""
TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)


@contextmanager
def own_signals() -> Iterator[None]:
    """Put handlers, the mask and timers back."""
    before = [(number, signal.getsignal(number)) for number in CHANGED]
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        yield
    finally:
        for timer in TIMERS:
            signal.setitimer(timer, 0)
        for number, handler in before:
            if handler is not None and signal.getsignal(number) != handler:
                signal.signal(number, handler)
        if signal.pthread_sigmask(signal.SIG_BLOCK, ()) != mask:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
