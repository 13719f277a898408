"""Owns the JSON-RPC talk with a Tryton server: signing in, a call, what an answer means. Knows no model of Tryton."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from kaitak.business.contract import BusinessUnavailableError
from kaitak.core.errors import InvalidError
from kaitak.core.http import HttpError, HttpReply, OutgoingHttp

TIMEOUT = timedelta(seconds=5)  # the gateway's own budget is shorter; this bounds the connection test
_MAX_BYTES = 2 * 1024 * 1024


class NotSentError(BusinessUnavailableError):
    """Tryton has not received the call, or has refused to look at it."""

    code = "business_not_sent"


class TrytonRefusedError(BusinessUnavailableError):
    """Tryton looked at the call and refused it: a right is missing, or the record's state forbids it."""

    code = "business_refused"


class ChangedMeanwhileError(TrytonRefusedError):
    """Somebody else changed the record since it was read."""

    code = "business_changed"


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    result: JsonValue = None
    error: list[JsonValue] | None = None


class Rpc:
    """One user of one Tryton database."""

    def __init__(self, http: OutgoingHttp, base_url: str, database: str, user: str, password: str) -> None:
        self._http = http
        self._url = f"{base_url.rstrip('/')}/{quote(database, safe='')}/rpc/"
        self._user, self._password = user, password
        self._session: str | None = None
        self._context: dict[str, JsonValue] = {}
        self._signing_in: asyncio.Task[str] | None = None
        self._ids = itertools.count(1)

    async def call(self, method: str, *params: JsonValue, context: dict[str, JsonValue] | None = None) -> JsonValue:
        """The result of a method; a session that has ended is renewed once."""
        for is_last in (False, True):
            session = self._session or await self._signed_in()
            reply = await self._post(method, [*params, {**self._context, **(context or {})}], session)
            if reply.status != 401:
                return _result(reply)
            if self._session == session:
                self._session = None
            if is_last:
                break
        raise NotSentError("Tryton does not accept the session")

    async def _signed_in(self) -> str:
        """The session of the sign-in under way. It outlives whoever waits for it: what came too late for an impatient
        look is there for the next one, so that a Tryton that takes its time over passwords is reached at all."""
        if self._signing_in is None or self._signing_in.done():
            self._signing_in = asyncio.create_task(self._sign_in())
            self._signing_in.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._signing_in)

    async def _sign_in(self) -> str:
        params: list[JsonValue] = [self._user, {"password": self._password}, "en"]
        reply = await self._post("common.db.login", params, None)
        if reply.status == 401:
            raise NotSentError("Tryton refuses the user or the password")
        who = _who_signed_in(_result(reply))
        token = base64.b64encode(f"{self._user}:{who[0]}:{who[1]}".encode()).decode()
        if not self._context:
            preferences = _result(await self._post("model.res.user.get_preferences", [True, {}], token))
            self._context = preferences if isinstance(preferences, dict) else {}
        self._session = token
        return token

    async def _post(self, method: str, params: Sequence[JsonValue], session: str | None) -> HttpReply:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        headers["Accept-Encoding"] = "gzip"  # a longer answer is said to be gzip whether or not it was asked for
        if session is not None:
            headers["Authorization"] = f"Session {session}"
        body = json.dumps({"id": next(self._ids), "method": method, "params": list(params)}).encode()
        try:
            return await self._http.request(
                "POST", self._url, headers=headers, body=body, timeout=TIMEOUT, max_bytes=_MAX_BYTES
            )
        except HttpError as exc:
            kind = BusinessUnavailableError if exc.sent else NotSentError
            raise kind(f"Tryton cannot be reached: {exc.message}") from exc
        except InvalidError as exc:
            raise NotSentError(f"Tryton cannot be reached: {exc.message}") from exc


def _who_signed_in(result: JsonValue) -> tuple[int, str]:
    match result:
        case [int() as user, str() as session, *_]:
            return user, session
    raise NotSentError("Tryton answered nonsense (login)")


def _result(reply: HttpReply) -> JsonValue:
    if reply.status in {403, 404, 405, 429}:
        raise NotSentError(f"Tryton answered {reply.status}: look at the address, the database and the user's rights")
    if not reply.is_ok:
        raise BusinessUnavailableError(f"Tryton answered {reply.status}")
    try:
        answer = _Answer.model_validate_json(reply.body)
    except ValidationError:
        raise BusinessUnavailableError("Tryton answered nonsense") from None
    if answer.error is None:
        return answer.result
    kind = str(answer.error[0])[:60] if answer.error else ""
    if kind == "ConcurrencyException":
        raise ChangedMeanwhileError("somebody else changed it")
    if kind in {"UserError", "UserWarning"}:
        raise TrytonRefusedError(f"Tryton refuses it ({kind})")
    raise BusinessUnavailableError("Tryton failed")


def plain(value: object) -> object:
    """A value without Tryton's marks: numbers, dates and times are what they are; a time is UTC."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    try:
        return _marked(value)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        raise BusinessUnavailableError("Tryton answered nonsense (a value)") from None


def _marked(value: dict[str, object]) -> object:
    def number(name: str) -> int:
        return int(str(value[name]))

    match value.get("__class__"):
        case "Decimal":
            return Decimal(str(value["decimal"]))
        case "date":
            return date(number("year"), number("month"), number("day"))
        case "datetime":
            day = (number("year"), number("month"), number("day"))
            return datetime(*day, number("hour"), number("minute"), number("second"), tzinfo=UTC)
        case None:
            return {name: plain(one) for name, one in value.items()}
        case _:
            return None


def marked_date(day: date) -> dict[str, JsonValue]:
    """A date as Tryton wants it."""
    return {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}
