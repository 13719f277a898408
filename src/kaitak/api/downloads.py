"""Owns the headers of a file that is handed out: its name in any script, and whether a browser may show it in place."""

from __future__ import annotations

from urllib.parse import quote


def headers(file_name: str, *, is_shown: bool = False, cached: str = "private, no-store") -> dict[str, str]:
    """The headers of this file. What it holds runs nothing and is read as nothing but its type."""
    place = "inline" if is_shown else "attachment"
    return {
        "content-disposition": f"{place}; filename*=UTF-8''{quote(file_name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
        "cache-control": cached,
    }
