"""matcha links needs of health care to the actors that could meet them, explainably and procurement-neutrally."""
