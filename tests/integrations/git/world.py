"""A real repository, written by tests as people write one."""

import os
import shutil
import subprocess
from pathlib import Path

from integrations.git.settings import GitSettings
from integrations.git.source import GitChanges

MEI = ("Mei", "mei@x.example")


class Repository:
    def __init__(self, path: Path, **settings: object) -> None:
        self.path = path
        self.run("init", "--quiet", "--initial-branch=main")
        made = {"path": path, **settings}
        self.settings = GitSettings.model_validate(made)
        self.source = GitChanges(self.settings)

    def commits(self, subject: str, author: tuple[str, str] = MEI, body: str = "") -> str:
        message = f"{subject}\n\n{body}" if body else subject
        self.run("commit", "--allow-empty", "--quiet", "-m", message, author=author)
        return self.run("rev-parse", "HEAD")

    def tags(self, version: str) -> None:
        self.run("tag", version)

    def returns_to(self, version: str) -> None:
        self.run("checkout", "--quiet", version)

    def breaks(self) -> None:
        shutil.rmtree(self.path / ".git")

    def run(self, *words: str, author: tuple[str, str] = MEI) -> str:
        name, email = author
        mine = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(self.path)}
        who = {
            f"GIT_{role}_{what}": said
            for role in ("AUTHOR", "COMMITTER")
            for what, said in (("NAME", name), ("EMAIL", email))
        }
        done = subprocess.run(
            ["git", *words],
            cwd=self.path,
            env={**mine, **who},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()
