"""Serving a site by gunicorn, with all its settings in code.

The master imports the engine's libraries but builds no app and runs no plugin: every worker calls
`create_app`, so that a graceful reload brings up what the database now says.
"""

from blogengine.serving.keeper import work_alone
from blogengine.serving.run_folder import (
    already_serving,
    master_pid,
    replace_workers,
    run_folder,
    serves,
)
from blogengine.serving.server import ServeOptions, serve

__all__ = [
    "ServeOptions",
    "already_serving",
    "master_pid",
    "replace_workers",
    "run_folder",
    "serve",
    "serves",
    "work_alone",
]
