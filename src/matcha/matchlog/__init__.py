"""The match log: a Merkle tree of entries (RFC 9162), signed checkpoints and receipts (C2SP). Knows no database."""
