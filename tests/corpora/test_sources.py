"""Files of a hub and of one's own: pinned to their bytes, or a sentence within seconds."""

from __future__ import annotations

import os
import time

import pytest
from hub_stand_in import COMMIT, Repository, sha256

from codereflect.corpora.hub_files import fits
from codereflect.corpora.sources import resolve
from codereflect.corpus_params import FileSource
from codereflect.errors import UserError

SMALL, LARGE = b'{"nl": "a"}\n' * 300, b'{"nl": "b"}\n' * 9000
LATER = "f" * 40


def source(**values):
    none = {"source": "hub", "hub": "owner/set", "revision": None, "files": "data/*", "path": None, "sha256": None}
    return FileSource.model_validate(none | values)


@pytest.fixture
def repository(hub):
    files = {"data/b.json": SMALL, "data/a.json.gz": LARGE, "README.md": b"# set\n", "data/old/a.json": b"{}\n"}
    made = Repository(files, {"data/a.json.gz"}, {"license": "c-uda"})
    hub.repositories["datasets/owner/set"] = made
    return made


@pytest.fixture
def refused(tmp_path):
    """Resolve what cannot be had; returns the sentence."""

    def attempt(within=3.0, **values):
        started = time.monotonic()
        with pytest.raises(UserError) as caught:
            resolve("corpus.concode", source(**values), tmp_path / "store")
        assert time.monotonic() - started < within
        assert caught.value.fix and "corpus.concode" in caught.value.message
        return str(caught.value)

    return attempt


def left_behind(folder):
    """What is kept under a name of the cache and is not a whole file."""
    blobs = [file for file in folder.rglob("blobs/*") if file.is_file()]
    return [file for file in blobs if file.read_bytes() not in (SMALL, LARGE)]


def test_files_are_pinned(repository, tmp_path):
    found = resolve("corpus.concode", source(), tmp_path)
    assert [file.read_bytes() for file in found.files] == [LARGE, SMALL]
    assert [file.name for file in found.files] == ["a.json.gz", "b.json"]
    assert found.pin == {
        "source": "hub",
        "name": "owner/set",
        "revision": COMMIT,
        "sha256": {"data/a.json.gz": sha256(LARGE), "data/b.json": sha256(SMALL)},
        "bytes": len(LARGE) + len(SMALL),
        "licence": "c-uda",
    }


def test_the_pin_says_nothing_of_the_machine(repository, tmp_path):
    first, second = (resolve("a", source(), tmp_path / name) for name in ("one", "two"))
    assert first.pin == second.pin and first.files != second.files


@pytest.mark.parametrize(
    ("card", "licence"), [({}, "not stated"), ({"license": ["mit", "other"]}, "mit, other"), (None, "not stated")]
)
def test_a_licence_is_what_the_card_says(repository, tmp_path, card, licence):
    repository.card = card
    assert resolve("a", source(), tmp_path).pin["licence"] == licence


def test_a_token_goes_to_the_hub_and_nowhere_else(hub, repository, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.tokens = {"hf_secret"}
    resolve("a", source(), tmp_path)
    tokens = {path.startswith("/lfs/"): token for _, path, token in hub.seen}
    assert tokens == {True: None, False: "Bearer hf_secret"}


def test_a_pinned_commit_is_asked_for_once(hub, repository, tmp_path, monkeypatch):
    first = resolve("a", source(revision=COMMIT), tmp_path)
    hub.seen.clear()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert resolve("a", source(revision=COMMIT), tmp_path) == first
    assert hub.seen == []


def test_a_pinned_commit_that_is_not_here_in_whole_is_told_offline(repository, tmp_path, refused, monkeypatch):
    resolve("a", source(revision=COMMIT, files="data/*.json"), tmp_path / "store")
    monkeypatch.setenv("HF_HUB_OFFLINE", "true")
    resolve("a", source(revision=COMMIT, files="data/*.json"), tmp_path / "store")
    assert "not here in whole, and HF_HUB_OFFLINE=true forbids" in refused(revision=COMMIT)


def test_a_damaged_answer_in_the_store_is_asked_for_again(repository, tmp_path):
    first = resolve("a", source(revision=COMMIT), tmp_path)
    (listing,) = (tmp_path / "listings").iterdir()
    listing.write_text('{"commit": ')
    assert resolve("a", source(revision=COMMIT), tmp_path) == first


def test_the_newest_is_asked_for_every_time(repository, tmp_path):
    assert resolve("a", source(), tmp_path).pin["revision"] == COMMIT
    repository.commit, repository.files["data/b.json"] = LATER, b"new\n"
    found = resolve("a", source(), tmp_path)
    assert found.pin["revision"] == LATER and found.files[1].read_bytes() == b"new\n"


@pytest.mark.parametrize(
    ("name", "pattern", "good"),
    [
        ("data/a.json", "data/*.json", True),
        ("data/a.json", "*.json", False),
        ("data/old/a.json", "data/*", False),
        ("data/a.json", "*/a.json", True),
        ("data/A.json", "data/a.json", False),
        ("data/train-00000-of-00002.parquet", "data/train-*-of-?????.parquet", True),
        ("a.json", "", False),
    ],
)
def test_a_star_crosses_no_folder(name, pattern, good):
    assert fits(name, pattern) == good


def test_a_pattern_that_fits_nothing_shows_what_there_is(repository, refused):
    assert "(it holds README.md, data/a.json.gz, data/b.json, data/old/a.json)" in refused(files="*.parquet")


def test_a_gated_set_is_told(repository, refused):
    for repository.gated in ("files", "all"):
        assert "owner/set is gated and your token may not read it" in refused()


@pytest.mark.parametrize("token", ["", "hf_any"])
def test_a_missing_set_is_told(hub, refused, monkeypatch, token):
    monkeypatch.setenv("HF_TOKEN", token)
    assert "corpus.concode.hub: there is no data set owner/set (or it is private)" in refused()


@pytest.mark.parametrize("name", ["not a name!", "a/b/c", " x", "../../etc"])
def test_what_is_no_name_is_told(hub, refused, name):
    assert f"there is no data set {name}" in refused(hub=name)


@pytest.mark.parametrize("revision", ["gone", LATER])
def test_a_missing_revision_is_told(repository, refused, revision):
    assert f"corpus.concode.revision: owner/set has no revision {revision}" in refused(revision=revision)


def test_a_token_that_is_not_accepted_is_told_and_not_shown(hub, repository, refused, monkeypatch):
    hub.tokens = {"hf_other"}
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    said = refused()
    assert "does not accept your token" in said and "hf_secret" not in said


def test_offline_is_told_at_once_and_nothing_is_asked(hub, repository, refused, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "HF_HUB_OFFLINE=1 forbids" in refused(within=1.0)
    assert hub.seen == []


@pytest.mark.parametrize(("fault", "words"), [("500", "HTTP 500"), ("503", "HTTP 503"), ("html", "JSONDecodeError")])
def test_a_hub_in_trouble_is_told(hub, repository, refused, fault, words):
    hub.faults["/api/"] = lambda: fault
    assert f"the hub cannot be asked for owner/set ({words})" in refused()


def test_a_hub_that_is_not_there_is_told(hub, refused, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert "(ConnectError)" in refused()


def test_a_hub_that_does_not_answer_is_not_waited_for(hub, repository, refused, monkeypatch):
    monkeypatch.setattr("codereflect.hub.ANSWER_SECONDS", 0.3)
    hub.faults["/api/"] = lambda: "slow"
    assert "cannot be asked" in refused(within=2.0)


def test_an_answer_without_a_commit_is_none(repository, refused):
    repository.commit = "main"
    assert "cannot be asked" in refused()


@pytest.fixture
def impatient(monkeypatch):
    """No back-off of the library is waited for; a download may be silent for half a second."""
    real = time.sleep
    monkeypatch.setattr("time.sleep", lambda seconds: real(min(seconds, 0.02)))
    monkeypatch.setattr("codereflect.hub.SILENCE_SECONDS", 0.5)


@pytest.mark.parametrize("part", ["/resolve/", "/lfs/"])
@pytest.mark.parametrize("fault", ["500", "truncated", "stuck", "slow"])
def test_a_download_that_never_comes_is_given_up(hub, repository, refused, impatient, tmp_path, part, fault):
    hub.faults[part] = lambda: fault
    said = refused()
    assert "cannot be asked for owner/set" in said
    # What the abandoned thread still holds it drops when it next hears from the server.
    hub.close()
    deadline = time.monotonic() + 3
    while left_behind(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not left_behind(tmp_path)


@pytest.mark.parametrize("fault", ["truncated", "corrupt"])
@pytest.mark.parametrize("part", ["/resolve/", "/lfs/"])
def test_a_download_that_failed_once_is_made_again(hub, repository, impatient, tmp_path, part, fault):
    # In git's case two answers come before the bytes: the address of the file in LFS, and the head of this file.
    answers = iter([fault] if part == "/lfs/" else ["", "", fault])
    hub.faults[part] = lambda: next(answers, "")
    assert [file.read_bytes() for file in resolve("a", source(), tmp_path).files] == [LARGE, SMALL]
    assert len([path for method, path, _ in hub.seen if method == "GET" and part in path]) == 2


@pytest.mark.parametrize("part", ["/resolve/", "/lfs/"])
def test_other_bytes_than_listed_are_refused_and_not_kept(hub, repository, refused, tmp_path, part):
    hub.faults[part] = lambda: "corrupt"
    assert "arrived twice with other bytes than the hub lists" in refused()
    assert not left_behind(tmp_path)
    hub.faults.clear()
    assert len(resolve("a", source(), tmp_path / "store").files) == 2


def test_a_file_that_was_damaged_in_the_store_is_fetched_again(hub, repository, tmp_path):
    first = resolve("a", source(revision=COMMIT), tmp_path)
    for file in first.files:
        file.write_bytes(file.read_bytes()[:-1] + b"x")
    second = resolve("a", source(revision=COMMIT), tmp_path)
    assert second == first and [file.read_bytes() for file in second.files] == [LARGE, SMALL]


def test_a_hash_pins_one_file_of_a_hub(repository, tmp_path, refused):
    assert resolve("a", source(files="data/b.json", sha256=sha256(SMALL)), tmp_path)
    assert "is not the file that was pinned" in refused(files="data/b.json", sha256=sha256(LARGE))
    assert f"corpus.concode.revision={COMMIT}" in refused(sha256=sha256(SMALL))


def own(path, **values):
    return {"source": "path", "hub": None, "files": None, "path": str(path)} | values


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A repository's data/files, with the working directory at its root."""
    folder = tmp_path / "data" / "files"
    folder.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_file_in_data_files_needs_no_hash(files):
    (files / "dev.json").write_bytes(SMALL)
    found = resolve("a", source(**own("data/./files/dev.json")), files)
    assert [file.read_bytes() for file in found.files] == [SMALL]
    assert found.pin == {
        "source": "path",
        "name": "data/files/dev.json",
        "revision": None,
        "sha256": {"data/files/dev.json": sha256(SMALL)},
        "bytes": len(SMALL),
        "licence": "not stated",
    }


def test_a_hash_in_data_files_is_checked_too(files, refused):
    (files / "dev.json").write_bytes(SMALL)
    assert sha256(SMALL) in refused(**own("data/files/dev.json", sha256=sha256(LARGE)))


@pytest.mark.parametrize("where", ["elsewhere.json", "data/files/../elsewhere.json", "data/filesystem.json"])
def test_a_file_elsewhere_needs_its_hash(files, refused, where):
    (files.parents[1] / where).resolve().write_bytes(SMALL)
    assert f"dvc exp run -S corpus.concode.sha256={sha256(SMALL)}" in refused(**own(where))
    pin = resolve("a", source(**own(where, sha256=sha256(SMALL))), files).pin
    assert "/" not in pin["name"] and pin["sha256"] == {pin["name"]: sha256(SMALL)}


def test_an_absolute_path_needs_its_hash_wherever_it_leads(files, refused):
    (files / "dev.json").write_bytes(SMALL)
    assert "sha256 is null" in refused(**own(files / "dev.json"))


def test_a_file_that_is_not_the_pinned_one_is_refused(files, refused):
    (files / "dev.json").write_bytes(LARGE)
    said = refused(**own(files / "dev.json", sha256=sha256(SMALL)))
    assert f"is {sha256(LARGE)}, not {sha256(SMALL)}" in said and f"-S corpus.concode.sha256={sha256(LARGE)}" in said


def test_a_folder_that_is_a_link_hides_its_files_from_dvc(files, refused, tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "dev.json").write_bytes(SMALL)
    (files / "near").mkdir()
    (files / "near" / "dev.json").symlink_to(tmp_path / "far" / "dev.json")
    (files / "link").symlink_to(tmp_path / "far")
    assert resolve("a", source(**own("data/files/near/dev.json")), files)
    assert "sha256 is null" in refused(**own("data/files/link/dev.json"))


def test_a_file_that_an_experiments_copy_lacks_is_told(files, refused, tmp_path, monkeypatch):
    (files / "dev.json").write_bytes(SMALL)
    (tmp_path / "copy").mkdir()
    monkeypatch.chdir(tmp_path / "copy")
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    said = refused(**own("data/files/dev.json"))
    assert said.endswith("dvc add data/files/dev.json && git add data/files/dev.json.dvc")


def test_the_home_folder_is_found(files, monkeypatch):
    monkeypatch.setenv("HOME", str(files))
    (files / "dev.json").write_bytes(SMALL)
    assert resolve("a", source(**own("~/dev.json", sha256=sha256(SMALL))), files).pin["name"] == "dev.json"


def test_what_is_no_file_is_told(files, refused):
    os.mkfifo(files / "pipe")
    (files / "broken").symlink_to("nowhere")
    (files / "loop").symlink_to("loop")
    (files / "added.json.dvc").write_text("outs: []\n")
    said = {
        "data/files": "-S corpus.concode.path=data/files/FILE",
        "data/files/pipe": "is no regular file",
        "/dev/zero": "is no regular file",
        "data/files/broken": "is a broken link",
        "data/files/loop": "cannot be read",
        "data/files/missing": "data/files/missing does not exist",
        "data/files/added.json": "dvc pull data/files/added.json.dvc",
        "data/files/" + "x" * 300: "File name too long",
        "data/files/a\0b": "cannot be read",
        "~no-such-user/dev.json": "cannot be read",
    }
    for path, words in said.items():
        assert words in refused(**own(path)), path


def test_a_file_that_may_not_be_read_is_told(files, refused, monkeypatch):
    (files / "dev.json").write_bytes(SMALL)

    def deny(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("codereflect.corpora.sources.file_digest", deny)
    assert "chmod u+r data/files/dev.json" in refused(**own("data/files/dev.json"))
