"""What is asked of managers and what is delgivet: the pages of SAS, and of who is asked."""
