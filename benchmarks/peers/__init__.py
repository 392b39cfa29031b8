"""matcha beside other systems: the same texts, vectors and questions in turn, each system in a process of its own."""
