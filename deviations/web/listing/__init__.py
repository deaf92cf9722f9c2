"""Lists of deviations, of one's own åtgärder, and the unit's review (APT)."""
