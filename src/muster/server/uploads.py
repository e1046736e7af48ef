"""A cap on what a browser or a program may send, told before any of it is kept."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from muster.actions.intake import MOST_BYTES

_FORM = 1024 * 1024  # what a form may weigh beside its file


class CappedUpload(FileUploadHandler):
    """Refuses a request that says it is too large, and stops at a file that grows too large."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as its parent
        """Look at the length that the request says it has.

        Raises:
            RequestDataTooBig: it is more than is read.
        """
        length = args[2] if len(args) > 2 else kwargs["content_length"]  # noqa: PLR2004 - its place
        if length and length > MOST_BYTES + _FORM:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Look at what has come.

        Raises:
            RequestDataTooBig: it is more than is read.
        """
        if start + len(raw_data) > MOST_BYTES:
            raise RequestDataTooBig
        return raw_data

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 - as its parent
        """Leave the file to the handlers behind."""
        return
