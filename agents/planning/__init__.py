"""Agents that act on boards, each by another way to see ahead."""
