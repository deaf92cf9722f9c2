"""Papers: one content, written as PDF/UA and as Word."""
