"""The kinds of values that plugins register, a file each: what is checked, what is guarded."""
