"""Taking in registers on screen: file, columns, review, done."""
