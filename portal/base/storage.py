"""The storage of uploaded files: a name is given once."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.core.files.storage import FileSystemStorage

#: What ``portal.base.media`` serves as unchanging. The names of documents are read by those who download them, and
#: Wagtail's view asks about them each time.
GIVEN_ONCE = ("original_images", "media", "media_thumbnails")


class NamedOnceStorage(FileSystemStorage):
    """Files on the disk, under names that are never given again, not even once the file is deleted.

    A rendition is named after its original: both may then be kept by browsers for good.
    """

    def get_available_name(self, name, max_length=None):
        path = PurePosixPath(str(name).replace("\\", "/"))
        if path.parts[0] in GIVEN_ONCE:
            name = str(path.with_name(self.get_alternative_name(path.stem, path.suffix)))
        return super().get_available_name(name, max_length=max_length)
