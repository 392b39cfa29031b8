"""Open data: what there is, in which forms, under which licence, and for whom to build on."""

from __future__ import annotations

from fastapi import Response

from matcha.api.access import ANYONE
from matcha.api.address import base_url
from matcha.interchange.open_data import FORM, LICENSE, need_uri
from matcha.web.look import Looking
from matcha.web.router import Routes

routes = Routes()


@routes.page("/oppna-data", ANYONE)
def open_data(look: Looking) -> Response:
    """Show the files, the catalogue, the feed and the API."""
    base = base_url(look.request)
    newest = look.matcha.newest_needs(1)
    example = need_uri(base, newest[0].id if newest else "ID")
    return look.show("public/open_data.html", base=base, licence=LICENSE, version=FORM, example=example)
