"""Where uploads lie: a folder of this machine, or a bucket that several machines share.

`site.storage` keeps files under keys; whoever keeps one remembers its key in a table of its own.
"""

from blogengine.storage.opening import open_storage
from blogengine.storage.storage import Kept, Storage, storage_full

__all__ = ["Kept", "Storage", "open_storage", "storage_full"]
