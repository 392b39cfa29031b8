"""The needs database as open data (R26): the public needs as JSON and CSV, and the catalogue that tells of them.

The catalogue keeps to DCAT-AP-SE 3.0.1 (docs.dataportal.se/dcat), which Sveriges dataportal harvests as RDF/XML. Its
licence is always CC0, written with http; a format is a media type; a contact without an address is none.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from matcha.interchange.exporting import as_cell
from matcha.interchange.inert import guarded
from matcha.interchange.rdf import Link, Text, Thing, iri

LICENSE = "http://creativecommons.org/publicdomain/zero/1.0/"  # https would be another licence to a harvester
FORM = 1  # the version of the files' columns: higher when one of them goes or comes to mean something else
FOLDER = "v1/open-data"
JSON, CSV = "application/json", "text/csv"

_EU = "http://publications.europa.eu/resource/authority"
_IANA = "http://www.iana.org/assignments/media-types"
_REGION = Link("http://purl.org/adms/publishertype/RegionalAuthority")
_KEYWORDS = {
    "sv": ("behov", "hälso- och sjukvård", "behovsdriven innovation", "tidig dialog", "marknadsundersökning"),
    "en": ("needs", "health care", "needs-driven innovation", "early dialogue", "market consultation"),
}
_SAID = Sequence[tuple[str, Link | Text]]


@dataclass(frozen=True)
class Publication:
    """What is published where, and by whom.

    `base_url` is where matcha is reached, without a slash at its end; `publisher` a name, `contact` an e-mail address.
    `issued` is when the first need was published, `modified` the newest change; None while there is no need.
    """

    base_url: str
    publisher: str
    contact: str | None
    issued: datetime | None
    modified: datetime | None

    @property
    def catalogue_url(self) -> str:
        """Where the catalogue stands as RDF/XML."""
        return iri(f"{self.base_url}/{FOLDER}/catalogue.rdf")


def need_uri(base_url: str, id: str) -> str:
    """Give a need's URI, which is also the address of its page; it stays as long as the base does."""
    return iri(f"{base_url}/behov/{quote(id, safe='')}")


def moment(moment: datetime) -> str:
    """Write a moment in UTC (RFC 3339), to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def needs_json(publication: Publication, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Write needs, with their licence and dates, as JSON in UTF-8: a need a line."""
    head = {
        "version": FORM,
        "license": LICENSE,
        "publisher": publication.publisher,
        "catalogue": publication.catalogue_url,
        "issued": publication.issued and moment(publication.issued),
        "modified": publication.modified and moment(publication.modified),
    }
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)  # the C encoder writes no indents
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "needs": [\n{lines}\n]}}\n'.encode()


def needs_csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Write needs as CSV (RFC 4180) in UTF-8 with a mark that tells spreadsheets so: a row a need, no cell a formula.

    The parts of a list stand on lines of their own in the cell; of what is masked only the names of the fields do.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def catalogue(publication: Publication) -> tuple[Thing, ...]:
    """Give the catalogue: itself, its publisher, the one dataset, its two distributions, the API, and the contact."""
    things = (_catalog(publication), _publisher(publication), _dataset(publication))
    files = (_file(publication, "csv", CSV), _file(publication, "json", JSON))
    contact = () if publication.contact is None else (_contact(publication, publication.contact),)
    return *things, *files, _api(publication), *contact


def _catalog(publication: Publication) -> Thing:
    said = (
        *_both("dcterms:title", "Öppna data om vårdens behov", "Open data on the needs of health care"),
        *_both(
            "dcterms:description",
            "Vad vården behöver, publicerat för dialog med dem som skulle kunna möta behoven.",
            "What health care needs, published for dialogue with those who could meet the needs.",
        ),
        ("dcterms:publisher", _own(publication, "publisher")),
        ("dcterms:license", Link(LICENSE)),
        ("dcterms:language", Link(f"{_EU}/language/SWE")),
        ("dcterms:language", Link(f"{_EU}/language/ENG")),
        *_dates(publication),
        ("foaf:homepage", Link(iri(f"{publication.base_url}/"))),
        ("dcat:themeTaxonomy", Link(f"{_EU}/data-theme")),
        ("dcat:dataset", _own(publication, "needs")),
    )
    return Thing(_own(publication, "catalogue").iri, "dcat:Catalog", said)


def _publisher(publication: Publication) -> Thing:
    said = (("foaf:name", Text(publication.publisher)), ("dcterms:type", _REGION))
    return Thing(_own(publication, "publisher").iri, "foaf:Agent", said)


def _dataset(publication: Publication) -> Thing:
    said = (
        *_both("dcterms:title", "Vårdens behov", "Needs of health care"),
        *_both(
            "dcterms:description",
            "Behov i hälso- och sjukvården som är publicerade för dialog: vad som saknas, hur mycket, för vilka och "
            "under vilka förutsättningar. Ett behov är ingen upphandling. Fält med sekretess är tomma, och masked "
            "säger vilka de är.",
            "Needs of health care that are published for dialogue: what is lacking, how much, for whom and on what "
            "conditions. A need is no call for tenders. Secret fields are empty, and masked says which they are.",
        ),
        ("dcterms:publisher", _own(publication, "publisher")),
        *_reached(publication),
        *(("dcat:keyword", Text(word, language)) for language, words in _KEYWORDS.items() for word in words),
        ("dcat:theme", Link(f"{_EU}/data-theme/HEAL")),
        *_dates(publication),
        ("dcterms:accrualPeriodicity", Link(f"{_EU}/frequency/UPDATE_CONT")),
        ("dcterms:accessRights", Link(f"{_EU}/access-right/PUBLIC")),
        ("dcat:landingPage", Link(iri(f"{publication.base_url}/behov"))),
        ("dcat:distribution", _own(publication, "csv")),
        ("dcat:distribution", _own(publication, "json")),
    )
    return Thing(_own(publication, "needs").iri, "dcat:Dataset", said)


def _file(publication: Publication, suffix: str, media_type: str) -> Thing:
    address = Link(iri(f"{publication.base_url}/{FOLDER}/needs.{suffix}"))
    name = suffix.upper()
    said = (
        *_both("dcterms:title", f"Vårdens behov som {name}", f"Needs of health care as {name}"),
        *_both("dcterms:description", "Alla publicerade behov i en fil.", "All published needs in one file."),
        ("dcat:accessURL", address),
        ("dcat:downloadURL", address),
        ("dcterms:format", Text(media_type)),
        ("dcat:mediaType", Link(f"{_IANA}/{media_type}")),
        ("dcterms:license", Link(LICENSE)),
        ("dcat:accessService", _own(publication, "api")),
    )
    return Thing(_own(publication, suffix).iri, "dcat:Distribution", said)


def _api(publication: Publication) -> Thing:
    said = (
        *_both("dcterms:title", "API för vårdens behov", "API of the needs of health care"),
        ("dcat:endpointURL", Link(iri(f"{publication.base_url}/v1"))),
        ("dcat:endpointDescription", Link(iri(f"{publication.base_url}/openapi.json"))),
        ("dcterms:publisher", _own(publication, "publisher")),
        *_reached(publication),
        ("dcat:servesDataset", _own(publication, "needs")),
        ("dcterms:license", Link(LICENSE)),
        ("dcterms:accessRights", Link(f"{_EU}/access-right/PUBLIC")),
    )
    return Thing(_own(publication, "api").iri, "dcat:DataService", said)


def _contact(publication: Publication, address: str) -> Thing:
    said = (("vcard:fn", Text(publication.publisher)), ("vcard:hasEmail", Link(iri(f"mailto:{address}"))))
    return Thing(_own(publication, "contact").iri, "vcard:Organization", said)


def _own(publication: Publication, name: str) -> Link:
    """Name something of the catalogue's: a part of its RDF/XML document, so that whoever looks it up finds it."""
    return Link(f"{publication.catalogue_url}#{name}")


def _both(name: str, sv: str, en: str) -> _SAID:
    return (name, Text(sv, "sv")), (name, Text(en, "en"))


def _reached(publication: Publication) -> _SAID:
    return () if publication.contact is None else (("dcat:contactPoint", _own(publication, "contact")),)


def _dates(publication: Publication) -> _SAID:
    dates = (("dcterms:issued", publication.issued), ("dcterms:modified", publication.modified))
    return tuple((name, Text(moment(when), datatype="xsd:dateTime")) for name, when in dates if when)


def _cell(value: Any) -> float | str | None:
    if value is None or isinstance(value, str):  # most are, and there are many
        return value and guarded(value)
    if isinstance(value, bool):
        return str(value).lower()
    return as_cell("\n".join(value) if isinstance(value, list | Mapping) else value)
