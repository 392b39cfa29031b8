"""The operations of opendata. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from matcha.client.calls import Call
from matcha.client.models.opendata import OpenNeeds
from matcha.client.sending import Sender


class OpendataOperations(Sender):
    """A method for each operation of opendata."""

    def open_needs_json(self) -> OpenNeeds:
        """Open data: needs as JSON.

        All public needs with the licence and the dates, the same for everybody; secret fields are empty (R14).
        """
        return self._send(Call("GET", "/v1/open-data/needs.json", OpenNeeds))

    def open_needs_csv(self) -> str:
        """Open data: needs as CSV.

        All public needs, a row each, in UTF-8 with a byte order mark. Secret fields are empty; no cell is a
        formula.

        `masked` names the secret fields; the parts of a list stand on lines of their own in the cell.
        """
        return self._send(Call("GET", "/v1/open-data/needs.csv", str))

    def catalogue_rdf(self) -> str:
        """Open data: the catalogue as RDF/XML.

        The catalogue by DCAT-AP-SE, which Sveriges dataportal harvests.
        """
        return self._send(Call("GET", "/v1/open-data/catalogue.rdf", str))

    def catalogue_jsonld(self) -> bytes:
        """Open data: the catalogue as JSON-LD.

        The catalogue by DCAT-AP-SE, as JSON-LD.
        """
        return self._send(Call("GET", "/v1/open-data/catalogue.jsonld", bytes))

    def catalogue_turtle(self) -> str:
        """Open data: the catalogue as Turtle.

        The catalogue by DCAT-AP-SE, as Turtle.
        """
        return self._send(Call("GET", "/v1/open-data/catalogue.ttl", str))
