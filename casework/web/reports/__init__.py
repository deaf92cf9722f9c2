"""The quality report on screen: its tables, and the cases behind each figure."""
