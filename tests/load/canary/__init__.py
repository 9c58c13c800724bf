"""A canary under real requests: the split, and what CloudWatch tells of it."""
