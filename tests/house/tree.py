# SPDX-License-Identifier: Apache-2.0
"""The files of the house as the checks see them, and how a fault is told."""
import os
import re
import subprocess
from pathlib import Path

ROOMS = ("matcher", "storage", "server", "web", "tests", "bench")
CODE = (".cpp", ".hpp")
SOURCES = CODE + (".py", ".sh", ".cmake", ".js", ".mjs", ".ts", ".css")
SCRIPTS = ("run", "check", ".ci/run")


class Fault:
    def __init__(self, path, line, text):
        self.path, self.line, self.text = path, line, text

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}" if self.line else f"{self.path}: {self.text}"


class Tree:
    """Every file that is, or could be, committed below `root`; paths are relative, with '/'."""

    def __init__(self, root):
        self.root = Path(root)
        self.paths = sorted(self._listed() or self._walked())
        self._texts = {}

    def _listed(self):
        if not (self.root / ".git").exists():
            return None
        try:
            found = subprocess.run(
                ["git", "-C", str(self.root), "-c", f"safe.directory={self.root}", "ls-files", "-z",
                 "--cached", "--others", "--exclude-standard"],
                capture_output=True, check=True, text=True).stdout
        except (OSError, subprocess.CalledProcessError):
            return None
        return [p for p in found.split("\0") if p and (self.root / p).is_file()]

    def _walked(self):
        for folder, folders, files in os.walk(self.root):
            folders[:] = [f for f in folders if f not in (".git", "build", "node_modules", "__pycache__")]
            for name in files:
                yield (Path(folder) / name).relative_to(self.root).as_posix()

    def text(self, path):
        """Empty for what is not text."""
        if path not in self._texts:
            try:
                self._texts[path] = (self.root / path).read_text(encoding="utf-8")
            except (UnicodeDecodeError, OSError):
                self._texts[path] = ""
        return self._texts[path]

    def lines(self, path):
        return enumerate(self.text(path).splitlines(), 1)

    def ending(self, *endings, under=""):
        return [p for p in self.paths if p.endswith(endings) and p.startswith(under)]

    def is_source(self, path):
        return path.endswith(SOURCES) or path in SCRIPTS or path.endswith("CMakeLists.txt")


STRING_OR_COMMENT = re.compile(
    r'R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)


def code_only(text):
    """C++ without comments and string contents; line numbers stay."""
    def blank(match):
        return ('""' if match[0][0] in 'R"' else "") + "\n" * match[0].count("\n")
    return STRING_OR_COMMENT.sub(blank, text)
