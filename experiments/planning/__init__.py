"""The benchmark of planning with imagined futures, and its report."""
