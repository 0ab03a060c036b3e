"""One file with the whole store, written while it serves, and the way back. NOT here: the library folder (export)."""
