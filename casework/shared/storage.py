"""Files on disk: whole or not at all, and a full disk is said in words."""

import errno
import io
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from casework.shared.errors import NoRoom

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PART = ".part"
# Whoever writes a file is done by then: what is still a part is left over from a kill.
_ABANDONED_AFTER = 3600


def is_full(error: BaseException | None) -> bool:
    """Say whether an error, or what it came from, is that there is no room."""
    while error is not None:
        # PostgreSQL says it as the state 53100 (disk_full).
        if getattr(error, "errno", None) in _FULL or getattr(error, "sqlstate", "") == "53100":
            return True
        error = error.__cause__ or error.__context__
    return False


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file under another name, make sure that it is on disk, and only then give the name.

    Where that fails nothing is left of it, and what bore the name before stays.
    """
    part = path.with_name(f".{path.name}{_PART}")
    try:
        with part.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            # A full disk may show no sooner than here.
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


class WholeFiles(FileSystemStorage):
    """Files of the service: whole or not at all (``write_whole``)."""

    def _save(self, name: str, content: File) -> str:
        path = Path(self.path(name))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content.chunks())
        except OSError as error:
            if is_full(error):
                raise NoRoom from error
            raise
        return name

    def forget_parts(self) -> int:
        """Remove what a killed process had not finished writing; return how many."""
        before, found = time.time() - _ABANDONED_AFTER, 0
        for part in Path(self.location).rglob(f".*{_PART}"):
            with suppress(OSError):
                if part.stat().st_mtime < before:
                    part.unlink()
                    found += 1
        return found


class NotTaken(UploadedFile):
    """Stands for an upload for which there was no room: the rest of the form is there to keep."""


def taken(file: UploadedFile) -> UploadedFile:
    """Return an upload that was received whole; ``NoRoom`` for one that was not."""
    if isinstance(file, NotTaken):
        raise NoRoom
    return file


class PatientUploads(TemporaryFileUploadHandler):
    """Puts larger uploads in a temporary file; reads on to the end of the form without room."""

    _full = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        self._full = False
        self.__dict__.pop("file", None)
        with self._noting_room():
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece of it, unless there was no room for one before."""
        if not self._full:
            with self._noting_room():
                super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Return the file, or what stands for it."""
        if not self._full:
            with self._noting_room():
                done = super().file_complete(file_size)
                if done is not None and done.file is not None:
                    done.file.flush()
                return done
        return NotTaken(io.BytesIO(), self.file_name, self.content_type, file_size)

    @contextmanager
    def _noting_room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if not is_full(error):
                raise
            self._full = True
            # What was received of it goes at once, to make room for others.
            begun = self.__dict__.pop("file", None)
            if begun is not None:
                begun.close()
