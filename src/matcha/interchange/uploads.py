"""Files that people upload to the server, read without trust."""

from __future__ import annotations

from matcha.interchange.bounds import LARGEST_FILE, too_large
from matcha.interchange.confinement import told
from matcha.interchange.forms import batch_of
from matcha.interchange.inert import shown
from matcha.interchange.tables import Table
from matcha.records.batch import Batch


def read_upload(name: str, content: bytes) -> Batch:
    """Read an uploaded .json, .csv or .xlsx file into a batch. Nothing is written to disk.

    The file is parsed in a process limited to 290 MB of memory and 2.5 s of processor time. Raises Invalid for a file
    that is refused, InvalidRows for rows that cannot be used, Unavailable where such a process cannot be had.
    """
    return batch_of(uploaded_tables(name, content))


def uploaded_tables(name: str, content: bytes) -> tuple[Table, ...]:
    """Give an uploaded file's tables, as `tables_in` does, parsed in a limited process. Raises as `read_upload`."""
    if len(content) > LARGEST_FILE:
        raise too_large(shown(name), len(content))
    return tuple(
        Table(
            table["file"],
            table["name"],
            columns := tuple(table["columns"]),
            tuple(
                (number, {columns[place]: cell for place, cell in zip(places, cells, strict=True)})
                for number, places, cells in table["rows"]
            ),
        )
        for table in told("tables", name, content)
    )
