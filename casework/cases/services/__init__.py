"""What is done with cases, one function for each act."""
