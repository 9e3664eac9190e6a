"""What answers requests: thin functions that parse the address, ask, and hand a page on."""
