"""Who did and read what: append-only events in sixteen hash chains."""
