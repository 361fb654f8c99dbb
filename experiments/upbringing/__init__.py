"""What the agents' models learn from, and the recipes that teach them."""
