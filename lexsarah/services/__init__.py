"""What is done with lex Sarah reports: each act one function, one transaction."""
