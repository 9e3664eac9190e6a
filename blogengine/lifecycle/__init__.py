"""The life of a plugin: tried, enabled, disabled, installed, upgraded, searched for, taken out.

Services that the command line calls, and whatever else looks after a site. Nothing here runs a
plugin's code in the calling process.
"""
