"""From a need's text to the actors that answer it best."""
