"""The site's folder: who may read and write what."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from blogengine.checkup.trouble import Trouble
from blogengine.config import Config

OTHERS_WRITE = stat.S_IWOTH
OTHERS_ALL = stat.S_IRWXG | stat.S_IRWXO


def check_files(config: Config) -> Iterator[Trouble]:
    """Look at the rights of `instance/`, the key and the databases."""
    key = config.instance / "secret_key"
    if key.is_file() and key.stat().st_mode & OTHERS_ALL:
        yield Trouble(
            "files",
            "instance/secret_key can be read by other users of this machine.",
            f"chmod 600 {key}",
            mend=_chmod(key, 0o600),
        )
    for path in (config.instance, *sorted(config.instance.glob("*.db"))):
        if path.stat().st_mode & OTHERS_WRITE:
            yield Trouble(
                "files",
                f"{path.relative_to(config.folder)} can be written by every user of this machine.",
                f"chmod o-w {path}",
                mend=_chmod(path, path.stat().st_mode & ~OTHERS_WRITE & 0o7777),
            )


def _chmod(path: Path, mode: int) -> Callable[[], str]:
    def mend() -> str:
        path.chmod(mode)
        return f"Its rights are {mode:o} now."

    return mend
