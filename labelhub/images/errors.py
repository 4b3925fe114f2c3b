"""What can be wrong with a request about images."""

from __future__ import annotations

from labelhub.errors import Conflict, NotFound


class ImageNotFound(NotFound):
    code = "image_not_found"


class UploadNotFound(NotFound):
    code = "upload_not_found"


class BookHere(Conflict):
    code = "book_here"


class BookDrawnHere(Conflict):
    code = "book_drawn_here"


class ImageFileMissing(NotFound):
    code = "image_file_missing"
