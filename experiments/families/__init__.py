"""Every family of generators: what it is, what it learns from, and how all are measured alike."""
