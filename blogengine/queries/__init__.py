"""Every read of the core. Functions take the connection and return frozen values.

Named columns and SQLAlchemy Core throughout: these statements stand on the path of every page.
"""
