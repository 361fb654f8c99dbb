"""Judges of what is imagined, named and turned."""
