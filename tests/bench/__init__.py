"""What things cost. Figures of one run on one machine: compare them with each other, not with another day's."""
