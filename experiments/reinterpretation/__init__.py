"""Seeing something new in what was imagined from words: the experiment, its analysis and its report."""
