"""Owns passwords: argon2id off the event loop, an equally long answer for unknown users, and what is too weak."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kaitak.accounts.errors import PasswordWeakError

SHORTEST, LONGEST = 10, 200
_hasher = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
# Two at a time: 92 MiB at most, and a flood of sign-ins cannot take the processor from everything else.
_threads = ThreadPoolExecutor(2, thread_name_prefix="argon2")
# Of a password that nobody has, made with today's parameters: what users who do not exist are compared with. Written
# down, so that no process hashes it at its start.
NOBODY = "$argon2id$v=19$m=47104,t=2,p=1$PMebSYAglaCDqGZaMRuEBw$RxJJivTJTetynSRey7Ug8Nrzg267RPSlBIle+aScufU"
_KNOWN = (
    "1234567890",
    "password",
    "qwertyuiop",
    "iloveyou",
    "administrator",
    "letmein",
    "welcome",
    "changeme",
    "kaitak",
    "abc123",
)


async def hash_password(password: str) -> str:
    """The argon2id hash to keep."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def is_right(password: str, stored: str | None) -> bool:
    """Whether a password fits its hash; without a hash the answer is no, after the same work."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, stored or NOBODY, password) and bool(
        stored
    )


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's, so that it is to be made anew."""
    return _hasher.check_needs_rehash(stored)


def check_strength(password: str, *, email: str) -> None:
    """Raise if a password is easily guessed."""
    folded = password.casefold()
    if len(password) < SHORTEST:
        raise PasswordWeakError(f"a password has at least {SHORTEST} characters", shortest=SHORTEST)
    name = email.partition("@")[0]
    remainder = folded
    for word in (*_KNOWN, *((name,) if len(name) > 3 else ())):
        remainder = remainder.replace(word, "")
    if len(set(folded)) < 5 or len(remainder) < SHORTEST // 2:
        raise PasswordWeakError("the password is easily guessed", shortest=SHORTEST)


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
