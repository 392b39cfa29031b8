"""The flows of matcha, each a method that reads from top to bottom."""

from matcha.service.matcha import Matcha

__all__ = ["Matcha"]
