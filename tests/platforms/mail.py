"""A mailbox's servers for tests: a real Dovecot for IMAP, where one is installed, and a real SMTP server that keeps."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import getpass
import imaplib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ADDRESS = "cs@harbour.example"
PASSWORD = 'pass-密碼 "1'
TOKEN = "an-access-token"
DOVECOT = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


@dataclass(frozen=True)
class Certificate:
    """A certificate for `localhost`, its own authority."""

    pem: str
    cert: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """For a server."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.cert, self.key)
        return context


def certificate(folder: Path) -> Certificate:
    """A fresh one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM).decode()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "cert.pem").write_text(pem)
    (folder / "key.pem").write_bytes(private)
    return Certificate(pem, folder / "cert.pem", folder / "key.pem")


@dataclass
class Mailbox:
    """A running Dovecot with one user."""

    port: int
    tls: Certificate
    folder: Path

    def client(self) -> imaplib.IMAP4_SSL:
        """A signed-in client of the standard library: another program at the same mailbox."""
        found = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=ssl.create_default_context(cadata=self.tls.pem))
        found.authenticate("PLAIN", lambda _: f"\0{ADDRESS}\0{PASSWORD}".encode())
        return found

    def put(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Have mails arrive."""
        client = self.client()
        for mail in mails:
            status, said = client.append(folder, "", "", mail)
            assert status == "OK", said
        client.logout()

    def seen(self) -> list[bool]:
        """Which mails are marked as seen, in their order."""
        client = self.client()
        client.select("INBOX", readonly=True)
        _, found = client.fetch("1:*", "(FLAGS)")
        client.logout()
        return [b"\\Seen" in each for each in found if isinstance(each, bytes)]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def dovecot() -> Iterator[Mailbox]:
    """A Dovecot of its own, ended with the block; its folder is open to the users that it runs as."""
    assert DOVECOT is not None, "the marker `dovecot` keeps these tests from where there is none"
    with tempfile.TemporaryDirectory(prefix="kaitak-dovecot-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        box = Mailbox(free_port(), certificate(folder), folder)
        (folder / "dovecot.conf").write_text(_configuration(box))
        command = [DOVECOT, "-F", "-c", str(folder / "dovecot.conf")]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            _await_port(box.port)
            yield box
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def _configuration(box: Mailbox) -> str:
    folder, is_root = box.folder, os.geteuid() == 0
    user = "nobody" if is_root else getpass.getuser()
    group = "nogroup" if is_root else str(os.getgid())
    mails = folder / "mails"
    mails.mkdir(exist_ok=True)
    if is_root:
        shutil.chown(mails, user, group)
    users = "" if is_root else f"default_internal_user = {user}\ndefault_login_user = {user}\n"
    (folder / "users").write_text(f"{ADDRESS}:{{PLAIN}}{PASSWORD}\n")
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
{users}
ssl = required
ssl_cert = <{box.tls.cert}
ssl_key = <{box.tls.key}
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{mails}/%u
first_valid_uid = 1
mail_max_userip_connections = 50
imap_idle_notify_interval = 2 mins
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={mails}/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {box.port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


def _await_port(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("Dovecot did not start")


@dataclass
class Sink:
    """An SMTP server. `answers` replace what it says: `rcpt`, `data`, `auth`; `hang` never answers a mail's end."""

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)  # when each was taken, by the monotonic clock
    signed_in: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    is_silent: bool = False

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or not."""
        if "rcpt" in self.answers:
            return self.answers["rcpt"]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail."""
        assert isinstance(envelope.content, bytes)
        assert envelope.mail_from is not None
        self.mails.append(envelope.content)
        self.moments.append(time.monotonic())
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        if self.is_silent:
            assert server.transport is not None
            server.transport.close()
        return self.answers.get("data", "250 2.0.0 queued")

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """By the one password."""
        assert isinstance(data, LoginPassword)
        self.signed_in.append(mechanism)
        is_right = data.login.decode() == ADDRESS and data.password.decode() == PASSWORD
        return AuthResult(success=is_right and "auth" not in self.answers, handled=False)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """By the one access token."""
        self.signed_in.append("XOAUTH2")
        said = base64.b64decode(args[1]).decode()
        return AuthResult(success=said == f"user={ADDRESS}\x01auth=Bearer {TOKEN}\x01\x01", handled=False)


@asynccontextmanager
async def sink(tls: Certificate, *, is_encrypted: bool = False) -> AsyncIterator[Sink]:
    """A running sink: STARTTLS, or TLS from the first byte."""
    made = Sink()
    context = tls.context()

    def protocol() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # it does not see that the connection itself is encrypted
            return smtp()

    def smtp() -> SMTP:
        return SMTP(
            made,
            hostname="sink.example",
            authenticator=made.authenticate,
            auth_required=True,
            auth_require_tls=not is_encrypted,
            enable_SMTPUTF8=True,
            tls_context=None if is_encrypted else context,
            require_starttls=not is_encrypted,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=context if is_encrypted else None)
    made.port = int(server.sockets[0].getsockname()[1])
    try:
        yield made
    finally:
        server.close()
