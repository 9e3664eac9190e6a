"""Jobs: asked for in the edit's own transaction, carried out after it, tried again when they fail.

The table `jobs` is the truth; whatever brings a request to the process that carries it out is
only a messenger.
"""

from blogengine.jobs.asking import MOST_WAITING, enqueue
from blogengine.jobs.claims import PAUSES, Runner, locked_by_another
from blogengine.jobs.listing import JobRecord
from blogengine.jobs.messenger import LOCK, Messenger
from blogengine.jobs.service import CORE, CURRENT, Jobs, Outcome
from blogengine.jobs.times import RunLater

__all__ = [
    "CORE",
    "CURRENT",
    "LOCK",
    "MOST_WAITING",
    "PAUSES",
    "JobRecord",
    "Jobs",
    "Messenger",
    "Outcome",
    "RunLater",
    "Runner",
    "enqueue",
    "locked_by_another",
]
