"""A link whose services change their way out while they are asked."""
