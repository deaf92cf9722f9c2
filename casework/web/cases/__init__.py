"""The screens of cases: the list, the page of one, and a page for each step."""
