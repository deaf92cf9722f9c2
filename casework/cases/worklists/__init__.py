"""What those who lead units plan by: open investigations, what is to come, what will slip."""
