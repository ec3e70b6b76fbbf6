"""What belongs to the project: its folders, files and the text in them."""

import fnmatch
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("bot", "commands", "integrations")
FOLDERS = (*PRODUCT, "tests")

# Nothing else stands at the top; docs/map.md says what each is. Those in MAY may be missing.
MUST = frozenset(
    {
        "pyproject.toml",
        "README.md",
        "bot",
        "commands",
        "integrations",
        "tests",
        "manifest.yml",
        "Makefile",
        "slipway.toml",
        ".ci",
        ".gitignore",
        "LICENSE",
        "requirements.lock",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
    }
)
MAY = frozenset({"docs", "Dockerfile", ".dockerignore", "compose.yml"})


def ignored_names(gitignore: str) -> tuple[str, ...]:
    """The patterns of a .gitignore; all of ours are plain names or globs of names."""
    lines = (line.strip() for line in gitignore.splitlines())
    return tuple(line.rstrip("/") for line in lines if line and not line.startswith("#"))


def is_ignored(name: str, patterns: Iterable[str]) -> bool:
    """Whether a file or folder of this name is left out of the repository."""
    return name == ".git" or any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def walk(folder: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    """Every file below `folder` that is not ignored."""
    for entry in sorted(folder.iterdir()):
        if is_ignored(entry.name, patterns):
            continue
        if entry.is_dir():
            yield from walk(entry, patterns)
        else:
            yield entry


def patterns(root: Path = ROOT) -> tuple[str, ...]:
    """What this project ignores."""
    return ignored_names((root / ".gitignore").read_text())


def top_level(root: Path = ROOT) -> set[str]:
    """The names at the top: what git tracks, or where git knows nothing, what lies there."""
    tracked = tracked_names(root)
    return tracked or {e.name for e in root.iterdir() if not is_ignored(e.name, patterns(root))}


def tracked_names(root: Path) -> set[str]:
    """First path parts of the files git tracks; empty without git or before the first add."""
    if not shutil.which("git") or not (root / ".git").exists():
        return set()
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False
    )
    return {name.partition("/")[0] for name in listed.stdout.split("\0") if name}


def project_files(root: Path = ROOT) -> list[Path]:
    """Every file of the project: those below the names that may stand at the top."""
    known = (root / name for name in sorted(MUST | MAY))
    present = [path for path in known if path.exists()]
    nested = (walk(path, patterns(root)) if path.is_dir() else iter([path]) for path in present)
    return [path for paths in nested for path in paths]


def python_files(*folders: str, root: Path = ROOT) -> list[Path]:
    """The Python files below these folders of the project."""
    found = (path for name in folders for path in walk(root / name, patterns(root)))
    return [path for path in found if path.suffix == ".py"]


def shown(path: Path, root: Path = ROOT) -> str:
    """A path as a person would type it at the top of the checkout."""
    return path.relative_to(root).as_posix()
