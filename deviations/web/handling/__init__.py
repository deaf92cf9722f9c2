"""One deviation: how it stands, what comes next, and the page of each act."""
