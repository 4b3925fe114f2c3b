"""A file that somebody posts, as the body of a request: streamed to storage, never decoded here."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from labelhub import storage
from labelhub.errors import LabelhubError

# For an endpoint that takes one.
OPENAPI = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class FileTooLarge(LabelhubError):
    code = "file_too_large"
    http_status = 413


class FileCutShort(LabelhubError):
    code = "file_cut_short"


class FileLengthMissing(LabelhubError):
    code = "file_length_missing"
    http_status = 411


class FileEncodingWrong(LabelhubError):
    code = "file_encoding_wrong"
    http_status = 415


def announced_length(request: HttpRequest) -> int:
    """What the sender says of the body's length.

    Raises:
        FileEncodingWrong: the body is a form, which holds the file instead of being it.
        FileLengthMissing: it comes in pieces, so a broken connection would look like the end.
    """
    if request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        raise FileEncodingWrong(_("Send the file itself as the body, as application/octet-stream."))
    # A request without either header has no body.
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or "Transfer-Encoding" in request.headers:
        raise FileLengthMissing(_("Send the file's length in the header Content-Length."))
    return int(length)


def file_receive(
    source: storage.Readable,
    length: int | None,
    *,
    limit: int,
    too_large: str,
    folder: str = storage.INCOMING,
) -> storage.Received:
    """Stream a file to storage.

    Args:
        length: how many bytes the sender announced, if it did.
        too_large: the sentence for one beyond the limit; its %d is the limit in MB.
        folder: of the storage; whoever keeps files in one deletes those that are forgotten there.

    Raises:
        FileTooLarge, FileCutShort: nothing is kept then.
    """
    try:
        if length is not None and length > limit:
            raise storage.TooLong
        received = storage.receive(source, limit=limit, folder=folder)
    except storage.TooLong as error:
        raise FileTooLarge(too_large % (limit >> 20)) from error
    if length is not None and received.bytes != length:
        storage.discard(received.key)
        raise FileCutShort(_("The connection broke off before the file was complete; try again."))
    return received
