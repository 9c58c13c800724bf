"""Traffic and scale: what takes too long for every change, and runs in `make prove`."""
