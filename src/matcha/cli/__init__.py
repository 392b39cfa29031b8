"""matcha in the terminal: thin commands that call the service and show what it gives."""
