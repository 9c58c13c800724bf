"""Many services: what one more, another or one less does to the others."""
