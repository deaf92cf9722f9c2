"""Who may see, count and do what. Every list, page, export, count and notice starts here."""
