"""Text into vectors: any sentence-transformers model, the default one built on the machine."""
