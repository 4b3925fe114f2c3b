"""What can be wrong with a request about images."""

from __future__ import annotations

from labelhub.errors import Conflict, LabelhubError, NotFound


class ImageNotFound(NotFound):
    code = "image_not_found"


class UploadNotFound(NotFound):
    code = "upload_not_found"


class BookHere(Conflict):
    code = "book_here"


class BookDrawnHere(Conflict):
    code = "book_drawn_here"


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


class ImageFileMissing(NotFound):
    code = "image_file_missing"
