"""Owns the access token of a mailbox: fetched when it is needed, kept until shortly before its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from kaitak.channels import answers
from kaitak.channels.connectors.email.settings import EmailConfig
from kaitak.channels.contract import Ports
from kaitak.channels.errors import AuthFailedError, ChannelUnavailableError, OutcomeUnknownError

EARLY = timedelta(minutes=2)
_OURS = ("invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type")


class AccessTokens:
    """The tokens of one inbox: by its refresh token, or by the application's own rights (client credentials)."""

    def __init__(self, config: EmailConfig, ports: Ports) -> None:
        self._config = config
        self._ports = ports
        self._token = ""
        self._until: datetime | None = None

    async def get(self, *, is_fresh: bool = False) -> str:
        """The token; empty where the mailbox has a password. Raises ConnectorError."""
        if not self._config.uses_oauth:
            return ""
        now = self._ports.now()
        if is_fresh or not self._token or self._until is None or now >= self._until:
            self._token, lives = await self._fetched()
            self._until = now + max(timedelta(seconds=lives) - EARLY, timedelta(seconds=30))
        return self._token

    async def _fetched(self) -> tuple[str, int]:
        config = self._config
        form = {"client_id": config.oauth_client_id}
        if config.oauth_client_secret is not None:
            form["client_secret"] = config.oauth_client_secret.get_secret_value()
        if config.oauth_refresh_token is not None:
            form |= {"grant_type": "refresh_token", "refresh_token": config.oauth_refresh_token.get_secret_value()}
        else:
            form["grant_type"] = "client_credentials"
        if config.oauth_scope:
            form["scope"] = config.oauth_scope
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        try:
            reply = await self._ports.post(config.oauth_token_url, headers=headers, body=urlencode(form).encode())
        except OutcomeUnknownError as exc:  # a token is asked for again without harm
            raise ChannelUnavailableError(exc.message) from exc
        data = answers.json_of(reply)
        token = answers.text_at(data, "access_token")
        if reply.status == 200 and token:
            lives = answers.part(data, "expires_in")
            is_number = isinstance(lives, int | float | str) and str(lives).split(".")[0].isdigit()
            return token, min(int(float(str(lives))), 86_400) if is_number else 300
        why = answers.text_at(data, "error")
        said = answers.text_at(data, "error_description")[:150]
        if why in _OURS or reply.status in (400, 401, 403):
            raise AuthFailedError(
                f"the consent for this mailbox is over or the application is not known: sign in again. ({why} {said})"
            )
        raise ChannelUnavailableError(f"no access token now (HTTP {reply.status} {why})")
