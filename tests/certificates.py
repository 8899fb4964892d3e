# SPDX-License-Identifier: Apache-2.0
"""Certificates for tests, made with the openssl command: good ones, and each kind of bad one."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
_CONFIG = """[ca]
default_ca = us
[us]
dir = {folder}
database = {folder}/index
new_certs_dir = {folder}
serial = {folder}/serial
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
"""


@dataclass(frozen=True)
class Authority:
    """A certificate authority in a folder of its own."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "ca.pem"

    def issue(self, name: str, *, host: str = "IP:127.0.0.1", start: str = "20200101000000Z",
              end: str = "20600101000000Z") -> tuple[Path, Path]:  # fmt: skip
        """A certificate and its key."""
        key, request, made = (self.folder / f"{name}.{kind}" for kind in ("key", "csr", "pem"))
        run(self.folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-addext", f"subjectAltName={host}",
            "-keyout", str(key), "-out", str(request))  # fmt: skip
        run(self.folder, "ca", "-batch", "-notext", "-config", "ca.conf", "-cert", "ca.pem", "-keyfile", "ca.key", "-startdate",
            start, "-enddate", end, "-in", str(request), "-out", str(made))  # fmt: skip
        return made, key


def run(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)


def authority(folder: Path, name: str = "Test") -> Authority:
    """A new authority."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ca.conf").write_text(_CONFIG.format(folder=folder))
    (folder / "index").touch()
    (folder / "serial").write_text("01")
    run(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "20", "-subj", f"/CN={name}", "-keyout", "ca.key",
        "-out", "ca.pem")  # fmt: skip
    return Authority(folder)


def alone(folder: Path) -> tuple[Path, Path]:
    """A certificate that is signed by itself alone, and its key."""
    run(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "20", "-subj", "/CN=alone", "-addext",
        "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "alone.key", "-out",
        "alone.pem")  # fmt: skip
    return folder / "alone.pem", folder / "alone.key"
