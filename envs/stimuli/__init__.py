"""Stimuli: pictures drawn from descriptions, with numpy and Pillow alone."""
