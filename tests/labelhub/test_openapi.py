"""The committed schema, from which the browser's client is generated, is the server's own."""

from __future__ import annotations

import json
from pathlib import Path

from django.core.management import call_command

COMMITTED = Path(__file__).parents[2] / "frontend" / "openapi.json"


def test_the_committed_schema_is_current(tmp_path: Path) -> None:
    made = tmp_path / "openapi.json"
    call_command("export_openapi_schema", api="labelhub.urls.api", output=str(made))
    assert json.loads(made.read_text()) == json.loads(COMMITTED.read_text()), "run “make client”"
