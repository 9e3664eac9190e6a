"""Which errors aren't a plugin's, though they arise while its code is running."""

from __future__ import annotations

import signal
import threading


def stopped_by_hand(error: BaseException) -> bool:
    """Whether an error is a real Ctrl-C: raised by plugin code it is a fault like any other.

    The signal only ever reaches the main thread, and a starting worker has it blocked.
    """
    if not isinstance(error, KeyboardInterrupt):
        return False
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    main = threading.current_thread() is threading.main_thread()
    return main and signal.SIGINT not in blocked
