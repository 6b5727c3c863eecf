"""A submission as it was read: names, texts, digests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property

__all__ = ["NOWHERE", "SourceFile", "Submission", "Surroundings"]


@dataclass(frozen=True)
class Surroundings:
    """What a worker is told of where the files come from.

    Parameters
    ----------
    folder : str
        What the folder is called that they are in.
    has_helpers : bool
        Whether helpers with well-known names are given where their module isn't there.
    beside : frozenset of str
        Modules that are there, but weren't handed in: nothing stands for these.
    """

    folder: str = ""
    has_helpers: bool = False
    beside: frozenset[str] = frozenset()

    @property
    def header(self) -> dict[str, object]:
        """As it is sent."""
        return {"folder": self.folder, "helpers": self.has_helpers, "beside": sorted(self.beside)}


NOWHERE = Surroundings()


@dataclass(frozen=True)
class SourceFile:
    """One source text.

    ``digest`` and ``size`` are of the bytes as they were on disk.
    """

    name: str
    text: str
    digest: str
    size: int


@dataclass(frozen=True)
class Submission:
    """A student's files.

    Parameters
    ----------
    id : str
        What it is called in reports.
    files : tuple of SourceFile
        At least one.
    name : str
        Of the file, folder or archive that was handed in; of the only file, if not said.
    beside : frozenset of str
        Modules that lie beside a file which is a submission of its own.
    has_helpers : bool
        Whether helpers with well-known names are given where their module isn't there.
    unopened : tuple of str
        Archives inside of the archive that was handed in.
    """

    id: str
    files: tuple[SourceFile, ...]
    name: str = ""
    beside: frozenset[str] = frozenset()
    has_helpers: bool = False
    unopened: tuple[str, ...] = ()

    @property
    def around(self) -> Surroundings:
        """What a worker is told of where the files come from."""
        return Surroundings(self.folder, self.has_helpers, self.beside)

    @property
    def called(self) -> str:
        """What its owner calls it: the name of a file, folder or archive."""
        return self.name or self.files[0].name

    @property
    def folder(self) -> str:
        """What the folder is called that its modules are in, without a suffix."""
        return self.called.rstrip("/").rpartition("/")[2].partition(".")[0]

    @cached_property
    def digest(self) -> str:
        """SHA-256 over names and contents."""
        whole = hashlib.sha256()
        for file in self.files:
            whole.update(f"{file.name}\0{file.digest}\0".encode())
        return whole.hexdigest()

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Name and text of each file."""
        return [(f.name, f.text) for f in self.files]

    def edited(self, text: str, identifier: str) -> Submission:
        """Return a submission of another id, with another text in its first file."""
        raw = text.encode("utf-8", "surrogatepass")
        first = SourceFile(self.files[0].name, text, hashlib.sha256(raw).hexdigest(), len(raw))
        return replace(self, id=identifier, files=(first, *self.files[1:]))
