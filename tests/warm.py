"""Imported by the process that writers are forked from, and only there: what takes seconds to load is loaded once."""

from tests.writers import warm_up

warm_up()
