"""What the screens ask for, each starting from what the actor may see."""
