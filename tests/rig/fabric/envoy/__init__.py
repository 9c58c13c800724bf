"""Load balancers, endpoints and AWS's own front doors: one Envoy that listens in every VPC."""
