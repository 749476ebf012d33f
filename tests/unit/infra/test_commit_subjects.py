"""Commit subjects are imperative and short."""

import subprocess
from pathlib import Path

import pytest

from infra.commit_subjects import MAX_LENGTH, errors_in, main, unpublished


@pytest.mark.parametrize(
    "subject",
    [
        "Split booking from appointments",
        "Process batches in order",
        "Bring the emulator up to date",
        "Feed the calendar",
        "Ping idle connections",
        "Alias the old name",
        "Shred the key",
        "A".ljust(MAX_LENGTH, "x"),
        "Merge branch 'main'",
        'Revert "Added a thing."',
        "fixup! Split booking",
    ],
)
def test_imperative_subject_has_no_error(subject: str) -> None:
    assert list(errors_in(subject)) == []


@pytest.mark.parametrize(
    ("subject", "error"),
    [
        ("Added a lock", 'must begin with an imperative, not "Added"'),
        ("Adding a lock", 'must begin with an imperative, not "Adding"'),
        ("Adds a lock", 'must begin with an imperative, not "Adds"'),
        ("The lock is added", 'must begin with an imperative, not "The"'),
        ("What a lock is", 'must begin with an imperative, not "What"'),
        ("add a lock", "must begin with a capital letter"),
        ("Add a lock.", "must not end with a full stop"),
        ("", "must begin with a capital letter"),
        ("A".ljust(MAX_LENGTH + 1, "x"), f"has {MAX_LENGTH + 1} characters; {MAX_LENGTH} at most"),
    ],
)
def test_other_subject_is_refused_with_its_error(subject: str, error: str) -> None:
    assert list(errors_in(subject)) == [error]


@pytest.mark.parametrize(("text", "code"), [("# a comment\n\nAdd a lock\n\nadded because", 0), ("Added it\n", 1)])
def test_hook_reads_the_first_line_of_the_message(tmp_path: Path, text: str, code: int) -> None:
    message = tmp_path / "message"
    message.write_text(text)

    assert main([str(message)]) == code


def git(repository: Path, *arguments: str) -> None:
    """Run git as an author."""
    author = ["-c", "user.name=A", "-c", "user.email=a@b.test", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *author, *arguments], cwd=repository, check=True, capture_output=True)


def test_only_commits_after_main_are_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert unpublished(tmp_path) == [], "no repository"
    assert "this is no repository, or it has no commit" in capsys.readouterr().err
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--allow-empty", "--message", "Publish before")
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    assert unpublished(tmp_path) == [], "a fresh clone"
    assert "no commit is newer than refs/remotes/origin/main" in capsys.readouterr().err
    git(tmp_path, "commit", "--allow-empty", "--message", "Add a lock")
    git(tmp_path, "checkout", "--quiet", "--detach")

    assert unpublished(tmp_path) == ["Add a lock"]


def test_repository_without_remote_uses_its_own_main(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--allow-empty", "--message", "Publish before")
    git(tmp_path, "commit", "--allow-empty", "--message", "Publish last")
    assert unpublished(tmp_path) == ["Publish last"], "on main, where nothing else is to compare with"
    git(tmp_path, "checkout", "--quiet", "-b", "branch")
    git(tmp_path, "commit", "--allow-empty", "--message", "Add a lock")
    git(tmp_path, "commit", "--allow-empty", "--message", "Add a key")

    assert unpublished(tmp_path) == ["Add a key", "Add a lock"]
    git(tmp_path, "checkout", "--quiet", "--detach")
    git(tmp_path, "branch", "--delete", "--force", "main", "branch")
    assert unpublished(tmp_path) == ["Add a key"], "a detached commit and no main"
