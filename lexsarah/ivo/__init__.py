"""What IVO is to have: the fields of its form, and the paper of them."""
