"""What can be wrong with a request about files of labels."""

from __future__ import annotations

from labelhub.errors import Conflict, NotFound


class LabelImportNotFound(NotFound):
    code = "label_import_not_found"


class LabelImportNotReady(Conflict):
    """Its state does not allow what was asked."""

    code = "label_import_not_ready"
