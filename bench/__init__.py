"""Measuring blogengine: `make bench`, or `python -m bench --help`.

Everything runs in one process without a server, because that is the steadiest figure there is.
Only ratios to a bare answer of the same run are kept: they say the same on another machine.
"""
