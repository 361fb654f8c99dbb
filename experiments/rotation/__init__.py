"""Mental rotation in the plane and in depth: the experiment, its analysis and its report."""
