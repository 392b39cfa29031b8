"""The files that come out of a forum: its record, lists, calendar and papers."""
