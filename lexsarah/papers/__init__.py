"""Papers of lex Sarah: one content, written as PDF/UA and as Word."""
