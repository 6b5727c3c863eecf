"""Paths in, submissions out; whatever is wrong is one line that says what to do."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradcheck.errors import SubmissionError
from gradcheck.intake.submissions import MOST_BYTES, gather, read_submission, submission_from_bytes

CODE = "def relu(z):\n    return z\n"
BOMB = 32 * 2**20


def write(path: Path, text: str = CODE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_a_submission(tmp_path: Path) -> None:
    path = write(tmp_path / "my_impl.py")
    found = read_submission(path)
    assert found.id == "my_impl"
    assert found.sources == [("my_impl.py", CODE)]
    (file,) = found.files
    assert file.digest == hashlib.sha256(CODE.encode()).hexdigest()
    assert file.size == len(CODE)


def test_the_digest_is_of_name_and_contents(tmp_path: Path) -> None:
    one = read_submission(write(tmp_path / "a" / "x.py"))
    assert one.digest == read_submission(write(tmp_path / "b" / "x.py")).digest
    assert one.digest != read_submission(write(tmp_path / "y.py")).digest
    assert one.digest != read_submission(write(tmp_path / "x.py", CODE + "#")).digest


def test_a_folder_is_a_container(tmp_path: Path) -> None:
    for name in ("b.py", "a.py", "sub/one.py", "sub/deep/not.py", ".hidden/x.py",
                 "__pycache__/x.py", "notes.txt"):  # fmt: skip
        write(tmp_path / name)
    found = [p.relative_to(tmp_path).as_posix() for _, p in gather([tmp_path]).found]
    assert found == ["a.py", "b.py", "sub"]


def test_a_path_given_twice_counts_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.py")
    assert [p for _, p in gather([path, tmp_path, path]).found] == [path]


def test_ids_are_stems_and_longer_where_two_collide(tmp_path: Path) -> None:
    for name in ("ann/right.py", "bob/right.py", "cleo.py"):
        write(tmp_path / name)
    assert [i for i, _ in gather([tmp_path]).found] == ["cleo", "ann", "bob"]


def test_ids_tell_deeper_collisions_apart(tmp_path: Path) -> None:
    paths = [write(tmp_path / n) for n in ("x/ann/a.py", "y/ann/a.py", "y/bob/a.py")]
    ids = [i for i, _ in gather(paths).found]
    assert len(set(ids)) == len(ids)
    assert ids == ["x__ann__a", "y__ann__a", "bob__a"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.sets(st.sampled_from(
    ["a.py", "b.py", "p/a.py", "q/a.py", "p/q/a.py", "q/p/a.py", "a__p/a.py", "p__a.py", "p/b.py"]
), min_size=1))  # fmt: skip
def test_ids_are_unique(tmp_path: Path, names: set[str]) -> None:
    paths = [write(tmp_path / n) for n in sorted(names)]
    ids = [i for i, _ in gather(paths).found]
    assert len(set(ids)) == len(ids)


def test_a_stem_that_looks_like_a_longer_id_is_told_apart(tmp_path: Path) -> None:
    paths = [write(tmp_path / n) for n in ("p/a.py", "q/a.py", "p__a.py")]
    ids = [i for i, _ in gather(paths).found]
    assert len(set(ids)) == len(ids)


def test_a_single_folder_is_one_submission(tmp_path: Path) -> None:
    path = write(tmp_path / "a.py")
    write(tmp_path / "sub" / "b.py")
    assert [p for _, p in gather([tmp_path], is_single=True).found] == [tmp_path]
    (tmp_path / "sub" / "b.py").unlink()
    assert [p for _, p in gather([tmp_path], is_single=True).found] == [path]
    path.unlink()
    with pytest.raises(SubmissionError, match=r"no \.py, .* file inside"):
        gather([tmp_path], is_single=True)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"\xef\xbb\xbf" + CODE.encode())
    assert read_submission(path).sources == [("a.py", CODE)]


def test_line_ends_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"a = 1\r\nb = 2\r\n")
    assert read_submission(path).sources[0][1].count("\r") == 2


def test_the_largest_file_is_read_and_a_larger_one_is_not(tmp_path: Path) -> None:
    path = write(tmp_path / "a.py", "#" * MOST_BYTES)
    assert read_submission(path).files[0].size == MOST_BYTES
    write(path, "#" * (MOST_BYTES + 1))
    with pytest.raises(SubmissionError, match="bytes; a submission may have"):
        read_submission(path)


def test_nothing_is_executed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.py", "open('seen', 'w'); raise SystemExit")
    read_submission(path)
    assert not list(tmp_path.glob("seen"))


@pytest.mark.parametrize(
    ("name", "message"),
    [("gone.py", "no such file"), ("empty", "no submissions inside")],
)
def test_wrong_paths_say_what_to_do(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SubmissionError, match=message) as caught:
        gather([tmp_path / name])
    assert "\n" not in str(caught.value)


def packed(folder: Path, members: dict[str, str]) -> Path:
    path = folder / "hw.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def test_the_one_source_in_an_archive_is_read(tmp_path: Path) -> None:
    path = packed(tmp_path, {"hw/data.csv": "1,2", "hw/a.py": CODE, "__MACOSX/a.py": "x"})
    found = read_submission(path)
    assert found.id == "hw"
    assert found.sources == [("a.py", CODE)]


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({}, "no .py or .ipynb file inside"),
        ({f"m{k}.py": CODE for k in range(101)}, "101 sources in one submission"),
        ({"../a.py": CODE}, "leads out of the archive"),
        ({"/etc/a.py": CODE}, "leads out of the archive"),
        ({"a.py": "#" * (MOST_BYTES + 1)}, "more than 262144 bytes"),
    ],
)
def test_archives_that_are_refused(tmp_path: Path, members: dict[str, str], told: str) -> None:
    with pytest.raises(SubmissionError, match=told):
        read_submission(packed(tmp_path, members))


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hw.zip"
    link = zipfile.ZipInfo("a.py")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(SubmissionError, match="is a link"):
        read_submission(path)


def test_what_is_no_archive_says_so(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="can't be read as a zip archive"):
        read_submission(write(tmp_path / "hw.zip"))


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_what_zipfile_would_unpack_whole_is_refused(tmp_path: Path, kind: int) -> None:
    path = tmp_path / "hw.zip"
    with zipfile.ZipFile(path, "w", kind) as archive:
        archive.writestr("a.py", CODE)
    with pytest.raises(SubmissionError, match="packed in an unusual way"):
        read_submission(path)


@pytest.mark.parametrize("told", [BOMB, 10], ids=["true", "a lie about its size"])
def test_a_bomb_is_not_unpacked(told: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.py", b"#" * BOMB)
    raw = packed.getvalue().replace(struct.pack("<I", BOMB), struct.pack("<I", told))
    tracemalloc.start()
    try:
        with pytest.raises(SubmissionError, match=r"more than 262144 bytes|can't be read as a zip"):
            submission_from_bytes("hw.zip", raw, identifier="hw")
        assert tracemalloc.get_traced_memory()[1] < 4 * MOST_BYTES
    finally:
        tracemalloc.stop()


def test_members_that_overlap_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "hw.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for k in range(50):
            archive.writestr(f"m{k:02d}.py", CODE)
        for member in archive.filelist:
            member.header_offset = 0
    with pytest.raises(SubmissionError, match="can't be read as a zip"):
        read_submission(path)


WHOLE = io.BytesIO()
with zipfile.ZipFile(WHOLE, "w", zipfile.ZIP_DEFLATED) as whole_archive:
    whole_archive.writestr("hw/a.py", CODE * 9)
    whole_archive.writestr("hw/\u00e9.py", CODE * 3)


@settings(max_examples=300, deadline=None)
@given(
    places=st.lists(st.tuples(st.integers(0, len(WHOLE.getvalue()) - 1), st.integers(0, 255)),
                    min_size=1, max_size=4),
    cut=st.integers(0, 30),
)  # fmt: skip
def test_a_damaged_archive_is_read_or_refused_and_never_our_fault(
    places: list[tuple[int, int]], cut: int
) -> None:
    raw = bytearray(WHOLE.getvalue())
    for place, byte in places:
        raw[place] = byte
    with contextlib.suppress(SubmissionError):
        submission_from_bytes("hw.zip", bytes(raw[: len(raw) - cut]), identifier="hw")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"x = '\xe9'")
    with pytest.raises(SubmissionError, match=r"a\.py: byte 5 is no UTF-8 text"):
        read_submission(path)


def test_a_folder_or_a_pipe_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match=r"no \.py or \.ipynb file inside"):
        read_submission(tmp_path)
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(SubmissionError, match="not a file"):
        read_submission(tmp_path / "pipe.py")
    with pytest.raises(SubmissionError, match="no submissions inside"):
        gather([tmp_path])


def test_a_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to(tmp_path / "gone.py")
    with pytest.raises(SubmissionError, match="no such file"):
        gather([tmp_path / "a.py"])


def test_a_notebook_beside_a_source_of_the_same_name_keeps_an_id_of_its_own(
    tmp_path: Path,
) -> None:
    for name in ("a.py", "a.ipynb"):
        (tmp_path / name).write_text("")
    assert [i for i, _ in gather([tmp_path]).found] == ["a__ipynb", "a__py"]


def test_a_path_that_stands_for_nothing_is_told_and_the_others_are_found(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.py").write_text("")
    paths = [tmp_path / "empty", tmp_path / "gone", tmp_path / "a.py"]
    gathered = gather(paths)
    assert [i for i, _ in gathered.found] == ["a"]
    first, second = gathered.problems
    assert "empty: no submissions inside" in first
    assert "gone: no such file or folder" in second


def test_a_name_of_several_lines_is_shown_as_one(tmp_path: Path) -> None:
    path = tmp_path / "a\n::error::b.py"
    path.write_text(CODE)
    submission = read_submission(path)
    assert "\n" not in submission.id + submission.files[0].name
    ((identifier, _),) = gather([tmp_path]).found
    assert identifier == "a\\x0a::error::b"
