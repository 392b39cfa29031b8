"""Whether who you are matters: relations that a neutral ranking keeps, and who is seen."""
