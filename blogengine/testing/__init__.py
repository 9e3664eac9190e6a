"""Tools for authors of plugins: pytest fixtures, a scaffold, and the checks of a plugin.

A serving process imports nothing of this.
"""
