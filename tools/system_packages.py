"""What tests need from the operating system: Chromium, fonts for Chinese, a Dovecot."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
CJK_FONTS = ("NotoSansCJK*", "NotoSansHK*")


def chromium() -> str | None:
    """The path of an installed Chromium, or None."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def has_cjk_fonts() -> bool:
    """Whether Chinese text is drawn as text, not as boxes."""
    return any(next(folder.rglob(font), None) for folder in FONT_FOLDERS for font in CJK_FONTS)


def reason_for_no_chromium() -> str:
    """Install Chromium where it is missing and that is possible; empty when it is there, else why not."""
    return "" if chromium() else _install("chromium")


def reason_for_no_fonts() -> str:
    """Install fonts for Chinese where they are missing and that is possible; else say why not."""
    return "" if has_cjk_fonts() else _install("fonts-noto-cjk")


def reason_for_no_dovecot() -> str:
    """Install Dovecot's IMAP server where it is missing and that is possible; else say why not."""
    found = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    return "" if found else _install("dovecot-imapd")


def _install(package: str) -> str:
    if shutil.which("apt-get") is None:
        return f"{package} is not installed, and this system has no apt-get"
    prefix = _root_prefix()
    if prefix is None:
        return f"{package} is not installed, and installing it needs root: apt-get install {package}"
    print(f"setup: apt-get install {package}", flush=True)
    _refresh(prefix)
    answer = _apt(prefix, "install", "-y", "--no-install-recommends", package)
    if answer.returncode == 0:
        return ""
    lines = answer.stderr.strip().splitlines()
    return f"{package} is not installed, and apt-get said: {lines[-1] if lines else 'nothing'}"


def _root_prefix() -> tuple[str, ...] | None:
    if os.geteuid() == 0:
        return ()
    can_sudo = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True)
    return ("sudo", "-n") if can_sudo and can_sudo.returncode == 0 else None


@functools.cache
def _refresh(prefix: tuple[str, ...]) -> None:
    _apt(prefix, "update")  # an old list may still do: the install says whether it did


def _apt(prefix: tuple[str, ...], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
