"""What the running service keeps about its own work: attempts, letters, signs of life."""
