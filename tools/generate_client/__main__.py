"""Writes the client anew, from the API as it now is."""

from matcha import Matcha
from matcha.api import create_app
from tools.generate_client import write

if __name__ == "__main__":
    write(create_app(Matcha.in_memory()).openapi())
