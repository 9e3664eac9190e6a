"""blogengine: a self-hosted blog engine."""

__version__ = "0.1.0"
