"""The page of the search box."""
