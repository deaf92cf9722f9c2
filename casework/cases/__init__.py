"""Cases as references: what statistics and clocks need of them, no name and no personnummer."""
