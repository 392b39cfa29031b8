"""Writes the client's models and operations from the OpenAPI document: `.venv/bin/python -m tools.generate_client`.

A method is an operation, a class an object of the document, a file a tag; what several tags give is in `common`.
"""

from tools.generate_client.writing import CLIENT, GENERATED, write

__all__ = ["CLIENT", "GENERATED", "write"]
