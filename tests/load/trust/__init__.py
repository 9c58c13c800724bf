"""A link whose certificates are renewed while it is used."""
