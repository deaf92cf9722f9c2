"""What the screens of cases read."""
