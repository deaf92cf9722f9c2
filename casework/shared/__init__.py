"""What every room of the house uses: errors, clock, state tables, base models, secrets."""
