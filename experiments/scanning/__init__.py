"""Kosslyn's scanning of mental images: the experiment, its analysis and its report."""
