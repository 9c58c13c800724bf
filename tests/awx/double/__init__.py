"""A server that answers as AWX 24.6.1 does to what the modules of awx.awx ask."""
