"""Legal and local time limits: how they are counted, which rules there are, and why a date."""
