"""Doors: the one place each for what comes in from outside and can't be trusted.

Redirects, outgoing requests, archives, XML and uploads are all checked here, for the engine and
for plugins alike.
"""
