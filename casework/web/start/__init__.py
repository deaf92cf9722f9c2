"""The start page: what awaits whoever logs in."""
