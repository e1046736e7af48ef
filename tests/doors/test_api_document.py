"""The API's document: committed, true, and naming the shape of every no."""

import json
import re
from pathlib import Path
from typing import Any

from muster.api.main import api
from muster.core.refusals import every_refusal

_DOCS = Path(__file__).parents[2] / "docs" / "reference"
_COMMITTED = json.loads((_DOCS / "openapi.json").read_text(encoding="utf-8"))


def test_the_committed_document_is_the_one_the_program_prints() -> None:
    printed = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
    assert printed == _COMMITTED, "run ./muster openapi > docs/reference/openapi.json"


def test_every_address_names_the_shape_of_a_no_and_every_act_its_key() -> None:
    for path, methods in _COMMITTED["paths"].items():
        for method, operation in methods.items():
            assert "4XX" in operation["responses"], path
            names = [parameter["name"] for parameter in operation.get("parameters", [])]
            assert ("Idempotency-Key" in names) == (method == "post"), path


def test_every_input_refuses_fields_that_it_does_not_know() -> None:
    for path, methods in _COMMITTED["paths"].items():
        for operation in methods.values():
            for name in _inputs(operation):
                schema = _COMMITTED["components"]["schemas"][name]
                assert schema["additionalProperties"] is False, f"{path}: {name}"


def test_what_lists_answers_a_list_since_two_of_a_tuple_are_read_as_a_status() -> None:
    wrong = [
        operation.view_func.__qualname__
        for _, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
        if any("list[" in str(model).lower() for model in _answers(operation))
        and not re.search(r"^list\[|Status\[", str(operation.view_func.__annotations__["return"]))
    ]
    assert wrong == []


def _answers(operation: Any) -> list[object]:  # noqa: ANN401 - a class of the framework's own
    models = operation.response_models.values()
    return [
        model.model_fields["response"].annotation
        for model in models
        if hasattr(model, "model_fields")
    ]


def test_every_address_of_the_api_is_in_the_reference() -> None:
    text = (_DOCS / "api.md").read_text(encoding="utf-8")
    missing = [
        path for path in _COMMITTED["paths"] if f"`{path.removeprefix('/api/v1')}`" not in text
    ]
    assert missing == []


def test_every_refusal_of_the_api_itself_is_in_the_reference() -> None:
    text = (_DOCS / "api.md").read_text(encoding="utf-8")
    own = [r.code for r in every_refusal() if r.__module__.startswith("muster.api")]
    assert own
    assert [code for code in own if f"`{code}`" not in text] == []


def _inputs(operation: dict[str, Any]) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    references = [schema, *schema.get("allOf", [])]
    return [each["$ref"].rsplit("/", 1)[-1] for each in references if "$ref" in each]
