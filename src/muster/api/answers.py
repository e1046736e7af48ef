"""One shape for every no: `{"error": {"code", "sentence", "field"}}`, whoever says it."""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any, NoReturn, cast

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from muster.api.asking import KEY_HEADER, TokenUnknown
from muster.core.refusals import Kind, Refusal, SignInNeeded, TextUnstorable

STATUS = {Kind.INVALID: 422, Kind.FORBIDDEN: 403, Kind.NOT_FOUND: 404, Kind.CONFLICT: 409}
PREFIX = "/api/"

_Answer = Callable[[HttpRequest], HttpResponse]


class InputUnreadable(Refusal):
    """The request's body cannot be read as JSON in UTF-8: {why}."""


class InputTooLarge(Refusal):
    """The request's body is larger than is read here; send it in parts."""


class NoSuchAddress(Refusal, kind=Kind.NOT_FOUND):
    """The API has nothing at {path}; its addresses are listed in /api/v1/openapi.json."""


class PlainParser(Parser):
    """Reads JSON as it was typed: decimals exact, no NaN, and only texts that can be stored."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Read a body.

        Raises:
            InputUnreadable: it is not JSON in UTF-8.
            TextUnstorable: a text in it cannot be stored.
        """
        try:
            found = json.loads(
                request.body.decode(), parse_float=_decimal, parse_constant=_no_constant
            )
        except RecursionError as error:
            raise InputUnreadable(why="it is nested too deeply") from error
        except ValueError as error:
            raise InputUnreadable(why=" ".join(str(error).split())) from error
        _demand_storable(found)
        return cast("dict[str, Any]", found)

    def parse_querydict(
        self,
        data: Any,  # noqa: ANN401 - as its parent
        list_fields: list[str],
        request: HttpRequest,
    ) -> dict[str, Any]:
        """Read the words behind the question mark."""
        found = super().parse_querydict(data, list_fields, request)
        _demand_storable(found)
        return found


def answer_refusals(api: NinjaAPI) -> None:
    """Let the API answer each anticipated no in the one shape; a bug stays loud, and is a 500."""
    api.add_exception_handler(Refusal, _on_refusal)
    api.add_exception_handler(ValidationError, _on_unreadable)
    api.add_exception_handler(HttpError, _on_http_error)
    api.add_exception_handler(Http404, _on_nothing_there)
    api.add_exception_handler(RequestDataTooBig, _on_too_big)


def one_shape(get_response: _Answer) -> _Answer:
    """Give Django's own errors under /api/ the shape, and tell the key of an act."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith(PREFIX):
            return response
        key = getattr(request, "idempotency_key", None)
        if key is not None:
            response[KEY_HEADER] = str(key)
        is_json = response.get("Content-Type", "").startswith("application/json")
        if response.status_code >= HTTPStatus.BAD_REQUEST and not is_json:
            return _reshaped(response)
        return response

    return answer


def refusal_answer(refusal: Refusal, status: int | None = None, **beside: object) -> JsonResponse:
    """Write a refusal as the API says it, with whatever else stands beside the error."""
    error = {"code": refusal.code, "sentence": refusal.sentence, "field": refusal.at}
    return JsonResponse({"error": error, **beside}, status=status or _status_of(refusal))


def _status_of(refusal: Refusal) -> int:
    if isinstance(refusal, SignInNeeded | TokenUnknown):
        return HTTPStatus.UNAUTHORIZED
    if isinstance(refusal, InputTooLarge):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return STATUS[refusal.kind]


def _on_refusal(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return refusal_answer(cast("Refusal", error))


def _on_unreadable(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """List everything that is wrong with an input; the first is also the error itself."""
    errors = [_said(each) for each in cast("ValidationError", error).errors]
    return JsonResponse({"error": errors[0], "errors": errors}, status=422)


def _on_http_error(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    found = cast("HttpError", error)
    # The parser's own refusal comes wrapped.
    if isinstance(found.__cause__, Refusal):
        return refusal_answer(found.__cause__)
    return _reshaped(HttpResponse(status=found.status_code))


def _on_nothing_there(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return refusal_answer(NoSuchAddress(path=request.path))


def _on_too_big(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return refusal_answer(InputTooLarge())


def _said(error: Mapping[str, Any]) -> dict[str, object]:
    """Say in a sentence what is wrong with one input."""
    source, *where = error["loc"]
    # A body's path begins with the name of our own argument; elsewhere the last part is the name.
    field = ".".join(map(_part, where[1:] if source == "body" else where[-1:])) or None
    if error["type"] in _OURS:
        return {"code": error["type"], "sentence": error["msg"], "field": field}
    name = f'"{field}"' if field else "The body"
    return {"code": "input_unreadable", "sentence": f"{name}: {_why(error)}.", "field": field}


def _part(part: str | int) -> str:
    """Name a part of a path; lines are counted from 1, as the refusals of the actions do."""
    return str(part + 1) if isinstance(part, int) else part


# Codes of refusals that the input types raise through the validation (see fields.py).
_OURS = frozenset({"date_unreadable", "moment_unreadable", "amount_unreadable", "text_unstorable"})


def _why(error: Mapping[str, Any]) -> str:
    match error["type"]:
        case "missing":
            return "this is needed and was not given"
        case "extra_forbidden":
            return "there is no such field here"
        case _:
            text: str = error["msg"]
            return text[:1].lower() + text[1:]


def _reshaped(response: HttpResponse) -> JsonResponse:
    status = HTTPStatus(response.status_code)
    error = {
        "code": status.name.lower(),
        "sentence": _SENTENCES.get(status, f"{status.phrase}."),
        "field": None,
    }
    shaped = JsonResponse({"error": error}, status=status)
    for header in ("Allow", KEY_HEADER):
        if header in response:
            shaped[header] = response[header]
    return shaped


_SENTENCES = {
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method; Allow lists its own.",
    HTTPStatus.NOT_FOUND: "The API has nothing at this address.",
    HTTPStatus.BAD_REQUEST: (
        "The request cannot be read, or it names a host that this site does not answer to."
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "A bug kept this from being answered; nothing was changed, and the server's log has it."
    ),
}


def _decimal(text: str) -> Decimal | str:
    """Keep a number as it was typed; 1e999 stays a text, so that nothing tries to write it out."""
    number = Decimal(text)
    return number if math.isfinite(float(number)) else text


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _demand_storable(value: object) -> None:
    """Refuse texts that PostgreSQL cannot store, wherever they are."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in each):
                raise TextUnstorable
        else:
            waiting.extend(_parts(each))


def _parts(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        yield from value.keys()
        yield from value.values()
    elif isinstance(value, Sequence):
        yield from value
