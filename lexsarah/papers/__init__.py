"""Papers of lex Sarah: what each says."""
