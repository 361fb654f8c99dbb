"""Benchmarks: each measures something and returns one table."""
