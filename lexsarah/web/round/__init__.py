"""What goes round: providers' information, the yearly duty, lessons, words for the outside."""
