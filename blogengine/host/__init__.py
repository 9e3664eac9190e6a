"""The plugin host: find, load, register, and know the state of every plugin of one app."""

from blogengine.host.finding import Found, find_plugins
from blogengine.host.loading import Host, PluginStatus

__all__ = ["Found", "Host", "PluginStatus", "find_plugins"]
