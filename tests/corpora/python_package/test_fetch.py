from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import json
import lzma
import socket
import stat
import tarfile
import tracemalloc
import zipfile

import pytest

from codereflect.corpora.python_package import archive
from codereflect.corpora.python_package.fetch import fetch
from codereflect.corpora.python_package.tree import tree_digest
from codereflect.corpus_params import PackageSource
from codereflect.errors import UserError

CODE = "def f(x):\n    return x\n"


@pytest.fixture(autouse=True)
def local_index(tmp_path, monkeypatch):
    """pip reads this folder and no index, whatever its user has configured."""
    (tmp_path / "index").mkdir()
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_NO_BINARY", "PIP_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))


def source(*packages: str, sha256: list[str] | None = None) -> PackageSource:
    return PackageSource(source="package", path=None, packages=list(packages), sha256=sha256)


def trees(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_wheel_is_fetched_without_its_dependencies_and_kept(tmp_path, make_wheel, monkeypatch):
    files = {
        "tiny/__init__.py": CODE,
        "tiny/data.bin": "x",
        "tiny_thing-1.2.data/purelib/more.py": CODE,
        "tiny_thing-1.2.data/scripts/run.py": CODE,
    }
    wheel, sha256 = make_wheel("tiny_thing", "1.2", files, "License: MIT\nRequires-Dist: nowhere-to-be-found")
    (package,) = fetch(source("Tiny.Thing==1.2.0", sha256=[sha256]), tmp_path / "kept")
    assert package.card() == {
        "package": "Tiny.Thing", "version": "1.2.0", "file": wheel.name, "sha256": sha256,
        "bytes": wheel.stat().st_size, "licence": "MIT",
    }  # fmt: skip
    assert trees(package.tree.root) == {"tiny/__init__.py", "more.py"}
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == sorted([sha256, "pins"])
    wheel.unlink()
    assert fetch(source("tiny-thing==1.2"), tmp_path / "kept")[0].sha256 == sha256
    monkeypatch.setattr("sys.executable", "/nowhere")
    assert fetch(source("tiny-thing==1.2", sha256=[sha256]), tmp_path / "kept")[0].tree == package.tree


def test_a_damaged_copy_is_fetched_again(tmp_path, make_wheel):
    wheel, sha256 = make_wheel("tiny", "1", {"tiny.py": CODE})
    kept = tmp_path / "kept"
    fetch(source("tiny==1"), kept)
    (kept / sha256 / wheel.name).write_bytes(b"other")
    (kept / sha256 / "tree" / "tiny.py").write_text("changed")
    (package,) = fetch(source("tiny==1"), kept)
    assert (package.tree.root / "tiny.py").read_text() == CODE


def refused(tmp_path, *packages: str, sha256: list[str] | None = None) -> str:
    kept = tmp_path / "kept"
    with pytest.raises(UserError) as error:
        fetch(source(*packages, sha256=sha256), kept)
    assert not kept.exists() or not any(kept.iterdir())
    assert "\n" not in str(error.value)
    return str(error.value)


def test_another_hash_is_refused_and_nothing_stays(tmp_path, make_wheel):
    wheel, sha256 = make_wheel("tiny", "1", {"tiny.py": CODE})
    told = refused(tmp_path, "tiny==1", sha256=["0" * 64])
    assert sha256 in told and "0" * 64 in told and wheel.name in told


def test_missing_versions_and_packages(tmp_path, make_wheel):
    make_wheel("tiny", "1.0", {"tiny.py": CODE})
    assert "has no tiny==3 for this Python (wheels: 1.0)" in refused(tmp_path, "tiny==3")
    assert "has no package absent" in refused(tmp_path, "absent==3")


def test_no_connection(tmp_path, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{taken.getsockname()[1]}/simple")
        assert "no connection to the package index" in refused(tmp_path, "tiny==3")


def source_archive(folder, files: dict[str, str], name: str = "tiny-1.0") -> str:
    path = folder / f"{name}.tar.gz"
    with tarfile.open(path, "w:gz") as made:
        for file, text in files.items():
            info = tarfile.TarInfo(f"{name}/{file}")
            info.size = len(text.encode())
            made.addfile(info, io.BytesIO(text.encode()))
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("wish", [None, "PIP_NO_BINARY"])
def test_a_source_archive_is_unpacked_and_never_run(tmp_path, monkeypatch, wish):
    marker = tmp_path / "ran"
    evil = f"open({str(marker)!r}, 'w')\n"
    backend = '[build-system]\nrequires = []\nbuild-backend = "evil"\nbackend-path = ["."]\n'
    files = {
        "setup.py": evil, "evil.py": evil, "pyproject.toml": backend, "src/tiny/__init__.py": CODE,
        "PKG-INFO": "Name: tiny\nVersion: 1.0\nClassifier: License :: OSI Approved :: BSD License\n",
        "src/tiny.egg-info/PKG-INFO": "Name: other\nVersion: 1.0\n",
    }  # fmt: skip
    sha256 = source_archive(tmp_path / "index", files)
    if wish:
        monkeypatch.setenv(wish, "tiny")
    (package,) = fetch(source("tiny==1", sha256=[sha256]), tmp_path / "kept")
    assert trees(package.tree.root) == {"setup.py", "evil.py", "src/tiny/__init__.py"}
    assert (package.licence, package.sha256) == ("BSD License", sha256)
    assert not marker.exists()


def test_a_wheel_is_preferred_to_the_archive(tmp_path, make_wheel):
    wheel, _ = make_wheel("tiny", "1.0", {"tiny.py": CODE})
    source_archive(tmp_path / "index", {"PKG-INFO": "Name: tiny\nVersion: 1.0\n"})
    assert fetch(source("tiny==1.0"), tmp_path / "kept")[0].file == wheel.name


def test_a_file_under_a_wrong_name(tmp_path):
    source_archive(tmp_path / "index", {"PKG-INFO": "Name: other\nVersion: 1.0\n"})
    assert "says that it is other==1.0" in refused(tmp_path, "tiny==1.0")


HOSTILE = ["../evil.py", "/evil.py", "tiny/../../evil.py", "tiny\\..\\evil.py"]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["wheel", "archive"])
def test_names_that_lead_elsewhere_end_it(tmp_path, make_wheel, name, kind):
    if kind == "wheel":
        path, _ = make_wheel("tiny", "1.0", {"tiny.py": CODE, name: CODE})
    else:
        path = tmp_path / "tiny-1.0.tar.gz"
        with tarfile.open(path, "w:gz") as made:
            info = tarfile.TarInfo(name)
            info.size = len(CODE)
            made.addfile(info, io.BytesIO(CODE.encode()))
    (tmp_path / "deep").mkdir()
    with pytest.raises(UserError, match="leads out of its folder"):
        archive.unpack(path, tmp_path / "deep" / "new")
    assert trees(tmp_path) - {"deep/new/tiny.py"} == {path.relative_to(tmp_path).as_posix()}


def test_links_are_left_out(tmp_path, make_wheel):
    secret = tmp_path / "secret.py"
    secret.write_text("SECRET = 1")
    wheel, _ = make_wheel("tiny", "1.0", {"tiny.py": CODE})
    link = zipfile.ZipInfo("tiny/link.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(wheel, "a") as made:
        made.writestr(link, str(secret))
    archive.unpack(wheel, tmp_path / "first")
    assert trees(tmp_path / "first") == {"tiny.py"}
    path = tmp_path / "tiny-2.0.tar.gz"
    with tarfile.open(path, "w:gz") as made:
        for kind, number in ((tarfile.SYMTYPE, 1), (tarfile.LNKTYPE, 2), (tarfile.FIFOTYPE, 3)):
            info = tarfile.TarInfo(f"tiny-2.0/link{number}.py")
            info.type, info.linkname = kind, str(secret)
            made.addfile(info)
        # a folder that is a link, and a file behind it
        info = tarfile.TarInfo("tiny-2.0/out.py")
        info.type, info.linkname = tarfile.SYMTYPE, str(tmp_path / "outside")
        made.addfile(info)
        made.addfile(tarfile.TarInfo("tiny-2.0/out.py/evil.py"), io.BytesIO())
        made.addfile(tarfile.TarInfo("tiny-2.0/PKG-INFO"), io.BytesIO())
    archive.unpack(path, tmp_path / "new")
    assert trees(tmp_path / "new") == {"out.py/evil.py"}
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("name, limit", [("MOST_MEMBER", 2000), ("MOST_UNPACKED", 2000), ("MOST_MEMBERS", 3)])
def test_sizes_are_bounded(tmp_path, make_wheel, monkeypatch, name, limit):
    wheel, _ = make_wheel("tiny", "1.0", {"tiny.py": "#" * 3000, "a.py": CODE})
    archive.unpack(wheel, tmp_path / "first")
    monkeypatch.setattr(archive, name, limit)
    with pytest.raises(UserError, match="is not unpacked"):
        archive.unpack(wheel, tmp_path / "second")


@pytest.mark.parametrize("kept", [0, 1, 100, 300])
def test_damaged_archives(tmp_path, make_wheel, kept):
    wheel, _ = make_wheel("tiny", "1.0", {"tiny.py": CODE})
    path = tmp_path / "tiny-1.0.whl"
    path.write_bytes(wheel.read_bytes()[:kept])
    with pytest.raises(UserError, match="is damaged"):
        archive.unpack(path, tmp_path / "new")
    source_archive(tmp_path, {"PKG-INFO": "Name: tiny\n", "a.py": "".join(map(str, range(3000)))})
    path = tmp_path / "tiny-1.0.tar.gz"
    path.write_bytes(path.read_bytes()[: kept * 5])
    with pytest.raises(UserError, match="is damaged"):
        archive.unpack(path, tmp_path / "other")


def test_a_path_is_mined_as_it_is(tmp_path):
    tree = tmp_path / "mine"
    tree.mkdir()
    given = PackageSource(source="path", path=str(tree), packages=[], sha256=None)
    with pytest.raises(UserError, match="holds no Python files"):
        fetch(given, tmp_path / "kept")
    (tree / "a.py").write_text(CODE)
    sha256 = tree_digest(tree)
    with pytest.raises(UserError, match=rf"is outside data/files.* the tree's sha256 is {sha256}"):
        fetch(given, tmp_path / "kept")
    given = given.model_copy(update={"sha256": [sha256]})
    (package,) = fetch(given, tmp_path / "kept")
    assert (package.tree.package, package.tree.version, package.sha256) == ("mine", "", sha256)
    assert json.dumps(package.card()) and str(tmp_path) not in json.dumps(package.card())
    with pytest.raises(UserError, match="is no folder"):
        fetch(given.model_copy(update={"path": str(tree / "a.py")}), tmp_path / "kept")


def test_a_tree_that_changed_is_refused(tmp_path):
    tree = tmp_path / "mine"
    (tree / "tests").mkdir(parents=True)
    (tree / "a.py").write_text(CODE)
    pinned = PackageSource(source="path", path=str(tree), packages=[], sha256=[tree_digest(tree)])
    # no Python, and nothing that mining looks into
    (tree / "notes.txt").write_text("x")
    (tree / "__pycache__").mkdir()
    (tree / "__pycache__" / "b.py").write_text(CODE)
    assert fetch(pinned, tmp_path / "kept")[0].sha256 == pinned.sha256[0]
    # a file that is not mined, but may hold what a mined function needs
    (tree / "tests" / "helpers.py").write_text(CODE)
    with pytest.raises(UserError, match=rf"is not the tree that was pinned: its sha256 is {tree_digest(tree)}, not"):
        fetch(pinned, tmp_path / "kept")
    (tree / "tests" / "helpers.py").unlink()
    (tree / "a.py").write_text(CODE + "\n")
    with pytest.raises(UserError, match="is not the tree that was pinned"):
        fetch(pinned, tmp_path / "kept")


def test_a_tree_in_data_files_is_followed_by_dvc(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tree = tmp_path / "data" / "files" / "mine"
    tree.mkdir(parents=True)
    (tree / "a.py").write_text(CODE)
    given = PackageSource(source="path", path="data/files/mine", packages=[], sha256=None)
    assert fetch(given, tmp_path / "kept")[0].sha256 == tree_digest(tree)
    # DVC does not follow links to folders
    tree.rename(tmp_path / "elsewhere")
    tree.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="is outside data/files"):
        fetch(given, tmp_path / "kept")
    with pytest.raises(UserError, match=r"\.path: data/files/gone does not exist"):
        fetch(given.model_copy(update={"path": "data/files/gone"}), tmp_path / "kept")


@pytest.mark.parametrize("change", ["text", "gone", "more", "old card"])
def test_what_was_unpacked_and_changed_is_unpacked_again(tmp_path, make_wheel, monkeypatch, change):
    wheel, sha256 = make_wheel("tiny", "1", {"tiny.py": CODE})
    kept = tmp_path / "kept"
    tree = fetch(source("tiny==1"), kept)[0].tree.root
    if change == "text":
        (tree / "tiny.py").write_text(CODE + "x = 1\n")
    elif change == "gone":
        (tree / "tiny.py").unlink()
    elif change == "more":
        (tree / "more.py").write_text(CODE)
    else:
        card = json.loads((kept / sha256 / "card.json").read_text())
        (kept / sha256 / "card.json").write_text(json.dumps({k: v for k, v in card.items() if k != "tree"}))
    # out of the file that was kept: no index is asked
    wheel.unlink()
    monkeypatch.setattr("sys.executable", "/nowhere")
    (package,) = fetch(source("tiny==1", sha256=[sha256]), kept)
    assert trees(package.tree.root) == {"tiny.py"}
    assert (package.tree.root / "tiny.py").read_text() == CODE
    assert "tree" in json.loads((kept / sha256 / "card.json").read_text())


def test_a_package_without_python_files_is_refused(tmp_path, make_wheel):
    make_wheel("tiny", "1", {"data.txt": "x", "tests/test_a.py": CODE})
    with pytest.raises(UserError, match=r"packages: tiny==1 holds no Python files to mine"):
        fetch(source("tiny==1"), tmp_path / "kept")


UNWRITABLE = {
    "longer than names": ["a" * 253 + ".py"],
    "longer than": ["/".join("d" * 2500) + "/a.py"],
    "a file and a folder": ["a.py", "a.py/b/c.py"],
    "or a folder of it is a file": ["a.py", "a.py/c.py"],
    "is a file and a folder": ["a.py/c.py", "a.py"],
}


@pytest.mark.parametrize("said", UNWRITABLE)
@pytest.mark.parametrize("kind", ["wheel", "archive"])
def test_names_that_no_disk_holds_end_it(tmp_path, make_wheel, said, kind):
    files = dict.fromkeys(UNWRITABLE[said], CODE)
    path = tmp_path / "index" / "tiny-1.0.tar.gz"
    if kind == "wheel":
        path, _ = make_wheel("tiny", "1.0", files)
    else:
        source_archive(tmp_path / "index", files | {"PKG-INFO": "Name: tiny\nVersion: 1.0\n"})
    with pytest.raises(UserError, match=said) as error:
        archive.unpack(path, tmp_path / "new")
    assert len(str(error.value)) < 250


def test_nothing_of_a_hostile_archive_stays(tmp_path, make_wheel):
    make_wheel("tiny", "1.0", {"tiny.py": CODE, "a" * 300 + ".py": CODE})
    assert "longer than names of files are" in refused(tmp_path, "tiny==1.0")


def header(kind: bytes, size: int, name: str = "././@LongLink") -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE])
@pytest.mark.parametrize("opened", [gzip.open, bz2.open, lzma.open, open])
@pytest.mark.parametrize("size", [6 << 30, 20 << 20])
def test_headers_of_any_size_are_not_read(tmp_path, kind, opened, size):
    path = tmp_path / "tiny-1.0.tar.gz"
    with opened(path, "wb") as made:
        made.write(header(kind, size))
        made.write(bytes(30 << 20))
    tracemalloc.start()
    with pytest.raises(UserError, match="a header of it is larger than headers are"):
        archive.unpack(path, tmp_path / "new")
    assert tracemalloc.get_traced_memory()[1] < 24 << 20
    tracemalloc.stop()


def test_headers_that_never_end(tmp_path):
    path = tmp_path / "tiny-1.0.tar.gz"
    with gzip.open(path, "wb") as made:
        made.write(header(tarfile.GNUTYPE_LONGNAME, 0) * 100_000)
    with pytest.raises(UserError, match="tiny-1.0.tar.gz (cannot be|is not) unpacked"):
        archive.unpack(path, tmp_path / "new")


def test_a_size_below_zero(tmp_path):
    path = tmp_path / "tiny-1.0.tar.gz"
    with gzip.open(path, "wb") as made:
        made.write(header(tarfile.REGTYPE, -(1 << 40), "tiny-1.0/a.py") + bytes(1 << 12))
    with pytest.raises(UserError, match=r"'tiny-1\.0/a\.py' has a size below zero|is damaged"):
        archive.unpack(path, tmp_path / "new")


@pytest.mark.parametrize("ending", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("opened", [gzip.open, bz2.open, lzma.open, open])
def test_long_names_and_all_compressions_are_read(tmp_path, ending, opened):
    path, name = tmp_path / "tiny-1.0.tar.gz", "tiny-1.0/" + "d" * 150 + "/" + "e" * 150 + ".py"
    with opened(path, "wb") as stream, tarfile.open(fileobj=stream, mode="w", format=ending) as made:
        for file in (name, "tiny-1.0/PKG-INFO"):
            info = tarfile.TarInfo(file)
            info.size = len(CODE)
            made.addfile(info, io.BytesIO(CODE.encode()))
    archive.unpack(path, tmp_path / "new")
    assert trees(tmp_path / "new") == {name.removeprefix("tiny-1.0/")}


@pytest.mark.parametrize("large", [False, True])
def test_a_list_of_members_of_any_size_is_not_read(tmp_path, make_wheel, monkeypatch, large):
    wheel, _ = make_wheel("tiny", "1.0", {f"tiny{number}.py": CODE for number in range(20)})
    if large:
        # zipfile writes the record for large archives where there are more members than this
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 3)
        wheel, _ = make_wheel("tiny", "1.0", {f"tiny{number}.py": CODE for number in range(20)})
        assert b"PK\6\6" in wheel.read_bytes()
    archive.unpack(wheel, tmp_path / "first")
    monkeypatch.setattr(archive, "MOST_DIRECTORY", 1000)
    with pytest.raises(UserError, match="list of members is larger than"):
        archive.unpack(wheel, tmp_path / "second")
