"""A canary's plan whose walker dies at every write of its state; and several walkers at once."""
