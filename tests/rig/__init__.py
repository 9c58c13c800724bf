"""The sandbox cloud: AWS as the link sees it, on one machine and without an account."""
