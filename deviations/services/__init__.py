"""One function per act: authorise, lock and reload, check the state, write, audit."""
