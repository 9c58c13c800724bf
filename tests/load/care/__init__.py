"""A link whose proxies come and go under load."""
