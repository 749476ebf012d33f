"""Chromium for the browser tests: the machine's own, or installed without a password prompt.

`python -m infra.browser` installs it if needed.
"""

import os
import shutil
import subprocess

_NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "The browser tests need Chromium or Chrome on the PATH, as one of "
    f"{', '.join(_NAMES)}; on Debian, as root: apt-get install chromium"
)


def find() -> str | None:
    """Return the path of the browser, None if there is none."""
    return next((program for program in map(shutil.which, _NAMES) if program), None)


def install() -> None:
    """Install Chromium unless there is one.

    Exits with instructions if that is impossible.
    """
    if find():
        return
    as_root = _root_prefix()
    if as_root is None or not shutil.which("apt-get"):
        raise SystemExit(MISSING)
    print("Installing Chromium", flush=True)
    apt_get = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    try:
        subprocess.run([*apt_get, "update"], check=True, stdin=subprocess.DEVNULL)
        subprocess.run([*apt_get, "install", "-y", "--no-install-recommends", "chromium"], check=True)
    except subprocess.CalledProcessError as failure:
        raise SystemExit(f"Chromium was not installed: {failure}\n{MISSING}") from None
    if not find():
        raise SystemExit(MISSING)


def _root_prefix() -> list[str] | None:
    """Return the prefix that runs a command as root without a password prompt.

    None if there is none.
    """
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    allowed = shutil.which("sudo") and subprocess.run([*sudo, "true"], capture_output=True, check=False)
    return sudo if allowed and allowed.returncode == 0 else None


if __name__ == "__main__":
    install()
