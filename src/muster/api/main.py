"""The JSON API: every action and every question of Muster, for programs."""

from typing import Any

from django.db import connection
from django.http import HttpRequest
from ninja import NinjaAPI, Router, Schema
from ninja.openapi.schema import OpenAPISchema

from muster.api import (
    accessions,
    allocations,
    arrivals,
    burden,
    catalogue,
    coalitions,
    consignments,
    duplicates,
    effects,
    enquiries,
    guarantee,
    imports,
    journal,
    meetings,
    messages,
    offers,
    operations,
    plan_questions,
    plans,
    pledges,
    receipts,
    register,
    reports,
    requests,
    reserves,
    rules,
    scenarios,
    shares,
    transport,
    waterfalls,
    yardsticks,
)
from muster.api.answers import NoSuchAddress, PlainParser, answer_refusals
from muster.api.asking import KEY_HEADER, Session, Token
from muster.api.fields import Refused

_DESCRIPTION = (
    "Send `Authorization: Bearer <token>`. Every POST takes an `Idempotency-Key`, a UUID of your "
    "own: sent again with the same content, it is answered with what the first call did. Every no "
    "has one shape: a stable code, a sentence, and the field it is about. docs/reference/api.md "
    "says the rest."
)
_KEY_PARAMETER = {
    "in": "header",
    "name": KEY_HEADER,
    "required": False,
    "schema": {"type": "string", "format": "uuid"},
    "description": "The caller's own key of this act; minted and told in the answer if not sent.",
}
_REFUSED = "#/components/schemas/Refused"


class MusterAPI(NinjaAPI):
    """The API, whose document names the key of an act and the shape of a no everywhere."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Describe the API; the addresses are those it really has."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schema["components"]["schemas"] |= _refused_schemas()
        refused = {
            "description": "Refused: the code and the sentence say why.",
            "content": {"application/json": {"schema": {"$ref": _REFUSED}}},
        }
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                operation["responses"]["4XX"] = refused
                if method == "post":
                    operation.setdefault("parameters", []).append(_KEY_PARAMETER)
        return schema


def _refused_schemas() -> dict[str, Any]:
    schema = Refused.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Refused": schema}


class Health(Schema):
    """Whether the site can answer."""

    status: str


health = Router(tags=["health"])


@health.get("/health", response=Health, auth=None)
def is_well(request: HttpRequest) -> dict[str, str]:
    """Say that the site answers and reaches its database; needs no log-in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"status": "ok"}


nowhere = Router()


@nowhere.api_operation(
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
    "/{path:rest}",
    include_in_schema=False,
    auth=None,
)
def nothing_there(request: HttpRequest, rest: str) -> None:
    """Answer for every other address under the API."""
    raise NoSuchAddress(path=request.path)


api = MusterAPI(
    title="Muster",
    version="1",
    description=_DESCRIPTION,
    auth=[Token(), Session()],
    parser=PlainParser(),
    urls_namespace="api",
    docs_url=None,
)
answer_refusals(api)
for router in (
    health,
    register.router,
    accessions.router,
    effects.router,
    burden.router,
    yardsticks.router,
    catalogue.router,
    rules.router,
    operations.router,
    requests.router,
    offers.router,
    allocations.router,
    consignments.router,
    receipts.router,
    arrivals.router,
    plans.router,
    plan_questions.router,
    transport.router,
    scenarios.router,
    shares.router,
    imports.router,
    messages.router,
    enquiries.router,
    duplicates.router,
    guarantee.router,
    reserves.router,
    reports.router,
    meetings.router,
    pledges.router,
    waterfalls.router,
    coalitions.router,
    journal.router,
    nowhere,  # last, because it takes every address
):
    api.add_router("", router)
