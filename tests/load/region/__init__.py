"""A link elsewhere than where the sandbox's own inventory has it."""
