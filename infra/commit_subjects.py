"""Check commit subjects: imperative, capitalised, at most 72 characters, no full stop.

`python -m infra.commit_subjects FILE` checks a message for the commit-msg hook; without a file, the commits that
are not on main yet: that of origin, or else of this repository. On a main without a remote, the last commit.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from infra.paths import ROOT

MAX_LENGTH = 72
_REMOTE_MAIN, _LOCAL_MAIN = "refs/remotes/origin/main", "refs/heads/main"
# Written by git itself.
_GENERATED = re.compile(r"(Merge|Revert|fixup!|squash!) ")
# "Added", "Adding" and "Adds", but also words that are no verbs, such as "The". The exceptions are imperatives.
_NOT_IMPERATIVE = re.compile(
    r"\w+(ed|ing|[^s]s)|An?|The|Th(is|ese|at|ose)|No|Wh\w+|How|It|Its|Of|In|On|For|One|Two"
)
_IMPERATIVES = {
    *("Bring", "Ping", "Ring", "Spring", "String", "Swing"),
    *("Bleed", "Embed", "Exceed", "Feed", "Heed", "Need", "Proceed", "Reseed", "Seed", "Shed", "Shred", "Speed"),
    *("Alias", "Bias", "Focus", "Refocus"),
}


def errors_in(subject: str) -> Iterator[str]:
    """Yield each error of a subject."""
    if _GENERATED.match(subject):
        return
    first = subject.split(" ", maxsplit=1)[0]
    if len(subject) > MAX_LENGTH:
        yield f"has {len(subject)} characters; {MAX_LENGTH} at most"
    if not subject[:1].isupper():
        yield "must begin with a capital letter"
    if subject.endswith("."):
        yield "must not end with a full stop"
    if _NOT_IMPERATIVE.fullmatch(first) and first not in _IMPERATIVES:
        yield f'must begin with an imperative, not "{first}"'


def main(arguments: list[str]) -> int:
    """Print every error and return the exit code."""
    subjects = [_subject_of(Path(arguments[0]))] if arguments else unpublished()
    found = [f'"{subject}" {error}' for subject in subjects for error in errors_in(subject)]
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


def _subject_of(message: Path) -> str:
    """Return the first line that is not a comment."""
    lines = message.read_text(encoding="utf-8").splitlines()
    return next((line.strip() for line in lines if line.strip() and not line.startswith("#")), "")


def unpublished(repository: Path = ROOT) -> list[str]:
    """Return the subjects to check, or print why there are none."""
    if shutil.which("git") is None:
        return _nothing("git is not installed")
    head = _git(repository, "rev-parse", "--verify", "HEAD^{commit}")
    if not head:
        return _nothing("this is no repository, or it has no commit")
    for main_branch in (_REMOTE_MAIN, _LOCAL_MAIN):
        published = _git(repository, "rev-parse", "--verify", main_branch)
        if published and (published != head or main_branch == _REMOTE_MAIN):
            subjects = _git(repository, "log", "--no-merges", "--format=%s", f"{main_branch}..HEAD")
            return subjects or _nothing(f"no commit is newer than {main_branch}")
    return _git(repository, "log", "--no-merges", "--format=%s", "--max-count=1")


def _nothing(reason: str) -> list[str]:
    print(f"No commit subject was checked: {reason}", file=sys.stderr)
    return []


def _git(repository: Path, *arguments: str) -> list[str]:
    """Return the lines that git prints; none if it fails."""
    done = subprocess.run(["git", *arguments], cwd=repository, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
