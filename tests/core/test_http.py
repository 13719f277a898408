"""Outgoing HTTP: what it refuses to reach, and what each failure becomes. Everything runs against a loopback server."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from aiohttp import web

from kaitak.core.addresses import AllowList, AllowListError, read_allow_list
from kaitak.core.http import (
    BlockedAddressError,
    HttpBrokenError,
    HttpConnectError,
    HttpTimeoutError,
    HttpTooLargeError,
    OutgoingHttp,
    UrlInvalidError,
)

PRIVATE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
    "100.100.100.200", "169.254.169.254", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1",
]  # fmt: skip
SECOND = timedelta(seconds=1)
_GZIP = {"Content-Encoding": "gzip"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Loopback:
    """A server on a free port that records what reached it."""

    def __init__(self) -> None:
        self.seen: list[web.BaseRequest] = []
        self.peers: set[object] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.seen.append(request)
        self.peers.add(request.transport.get_extra_info("peername") if request.transport else None)
        match request.path:
            case "/slow":
                await asyncio.sleep(30)
            case "/redirect":
                return web.Response(status=302, headers={"Location": request.query["to"]})
            case "/large":
                return web.Response(body=b"x" * 5000)
            case "/endless":
                response = web.StreamResponse()
                await response.prepare(request)
                for _ in range(100):
                    await response.write(b"x" * 1000)
                return response
            case "/hang-up":
                assert request.transport is not None
                request.transport.close()
            case "/gzip":
                of = request.query.get("of")
                return web.Response(body=gzip.compress(b"y" * int(of)) if of else b"no gzip", headers=_GZIP)
        return web.Response(
            status=201, body=await request.read(), headers={"X-Auth": request.headers.get("Authorization", "")}
        )


@pytest.fixture
async def loopback() -> AsyncIterator[Loopback]:
    server = Loopback()
    runner = web.ServerRunner(web.Server(server.answer), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.port = runner.addresses[0][1]
    yield server
    await runner.cleanup()


@pytest.fixture
async def client(loopback: Loopback) -> AsyncIterator[OutgoingHttp]:
    async with OutgoingHttp(allow=read_allow_list([f"127.0.0.1:{loopback.port}"])) as outgoing:
        yield outgoing


async def test_allowed_port_answers_with_status_headers_and_body(client: OutgoingHttp, loopback: Loopback) -> None:
    reply = await client.request("POST", loopback.url + "/x", headers={"Authorization": "A"}, body=b"ping")
    assert (reply.status, reply.is_ok, reply.body, reply.headers["x-auth"]) == (201, True, b"ping", "A")
    assert loopback.seen[0].headers["User-Agent"] == "Kaitak"


async def test_connection_is_kept_alive(client: OutgoingHttp, loopback: Loopback) -> None:
    for _ in range(5):
        await client.request("GET", loopback.url)
    assert len(loopback.seen) == 5
    assert len(loopback.peers) == 1


@pytest.mark.parametrize("address", PRIVATE)
async def test_literal_private_address_is_refused(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    async with OutgoingHttp() as outgoing:
        with pytest.raises(BlockedAddressError):
            await outgoing.request("GET", f"http://{host}/")


@pytest.mark.parametrize("address", PRIVATE)
async def test_name_that_resolves_to_a_private_address_is_refused(address: str) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["93.184.216.34", address]

    async with OutgoingHttp(resolve=resolve) as outgoing:
        with pytest.raises(BlockedAddressError):
            await outgoing.request("GET", "https://friendly.example/")


@pytest.mark.parametrize("spelling", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "localhost."])
async def test_odd_spellings_of_loopback_are_refused(spelling: str, loopback: Loopback) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        if host.startswith("localhost"):
            return ["127.0.0.1"]
        return [socket.inet_ntoa(socket.inet_aton(host))]

    async with OutgoingHttp(resolve=resolve) as outgoing:
        with pytest.raises((BlockedAddressError, UrlInvalidError)):
            await outgoing.request("GET", f"http://{spelling}:{loopback.port}/")
    assert loopback.seen == []


async def test_address_is_looked_up_once_so_a_second_answer_cannot_lie(loopback: Loopback) -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]

    async def resolve(_host: str, _port: int) -> list[str]:
        return answers.pop(0)

    async with OutgoingHttp(allow=read_allow_list(["127.0.0.0/8"]), resolve=resolve) as outgoing:
        reply = await outgoing.request("GET", f"http://rebind.example:{loopback.port}/")
    assert reply.status == 201
    assert answers == [["10.0.0.1"]]


async def test_other_port_of_an_allowed_host_is_refused(client: OutgoingHttp, loopback: Loopback) -> None:
    with pytest.raises(BlockedAddressError):
        await client.request("GET", f"http://127.0.0.1:{loopback.port + 1}/")


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/", "file:///etc/passwd", "gopher://x/", "http:///x", "example.com", "http://u:p@example.com/",
     "http://example.com:99999/", "", "unix:///run/docker.sock"],
)  # fmt: skip
async def test_address_that_is_not_plain_http_is_refused(url: str) -> None:
    async with OutgoingHttp() as outgoing:
        with pytest.raises(UrlInvalidError):
            await outgoing.request("GET", url)


async def test_header_that_breaks_the_line_is_refused(client: OutgoingHttp, loopback: Loopback) -> None:
    with pytest.raises(UrlInvalidError):
        await client.request("GET", loopback.url, headers={"X-A": "1\r\nX-B: 2"})
    assert loopback.seen == []


async def test_redirect_is_an_answer_by_default(client: OutgoingHttp, loopback: Loopback) -> None:
    reply = await client.request("GET", f"{loopback.url}/redirect?to=/x")
    assert (reply.status, reply.headers["Location"]) == (302, "/x")


async def test_redirect_is_followed_when_asked(client: OutgoingHttp, loopback: Loopback) -> None:
    reply = await client.request("POST", f"{loopback.url}/redirect?to=/x", body=b"once", max_redirects=1)
    assert reply.status == 201
    assert [(seen.method, seen.path) for seen in loopback.seen] == [("POST", "/redirect"), ("GET", "/x")]


@pytest.mark.parametrize("target", ["http://127.0.0.1:1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/"])
async def test_redirect_to_a_private_address_is_refused(target: str, client: OutgoingHttp, loopback: Loopback) -> None:
    with pytest.raises(BlockedAddressError):
        await client.request("GET", f"{loopback.url}/redirect?to={target}", max_redirects=3)


async def test_redirect_to_another_scheme_is_refused(client: OutgoingHttp, loopback: Loopback) -> None:
    with pytest.raises(UrlInvalidError):
        await client.request("GET", f"{loopback.url}/redirect?to=file:///etc/passwd", max_redirects=3)


async def test_credentials_do_not_follow_to_another_origin(loopback: Loopback) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    async with OutgoingHttp(allow=read_allow_list(["127.0.0.0/8"]), resolve=resolve) as outgoing:
        target = f"http://other.example:{loopback.port}/x"
        await outgoing.request(
            "GET", f"{loopback.url}/redirect?to={target}", headers={"Authorization": "secret"}, max_redirects=1
        )
    assert [seen.headers.get("Authorization") for seen in loopback.seen] == ["secret", None]


async def test_slow_answer_times_out_as_sent(client: OutgoingHttp, loopback: Loopback) -> None:
    with pytest.raises(HttpTimeoutError) as caught:
        await client.request("POST", f"{loopback.url}/slow", body=b"x", timeout=timedelta(milliseconds=100))
    assert caught.value.sent is True


async def test_slow_name_times_out_as_not_sent() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        await asyncio.sleep(30)
        return []

    async with OutgoingHttp(resolve=resolve) as outgoing:
        with pytest.raises(HttpTimeoutError) as caught:
            await outgoing.request("GET", "http://slow.example/", timeout=timedelta(milliseconds=50))
    assert caught.value.sent is False


async def test_refused_connection_is_not_sent() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    async with OutgoingHttp(allow=read_allow_list(["127.0.0.1"])) as outgoing:
        with pytest.raises(HttpConnectError) as caught:
            await outgoing.request("GET", f"http://127.0.0.1:{port}/", timeout=SECOND)
    assert caught.value.sent is False


async def test_unknown_name_is_a_connection_error() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with OutgoingHttp(resolve=resolve) as outgoing:
        with pytest.raises(HttpConnectError):
            await outgoing.request("GET", "http://nowhere.example/")


async def test_connection_that_breaks_after_sending_says_so(client: OutgoingHttp, loopback: Loopback) -> None:
    with pytest.raises(HttpBrokenError) as caught:
        await client.request("POST", f"{loopback.url}/hang-up", body=b"x")
    assert caught.value.sent is True


@pytest.mark.parametrize("path", ["/large", "/endless"])
async def test_answer_over_the_limit_is_cut_off(path: str, client: OutgoingHttp, loopback: Loopback) -> None:
    with pytest.raises(HttpTooLargeError):
        await client.request("GET", loopback.url + path, max_bytes=4999)


async def test_answer_at_the_limit_is_read(client: OutgoingHttp, loopback: Loopback) -> None:
    reply = await client.request("GET", f"{loopback.url}/large", max_bytes=5000)
    assert len(reply.body) == 5000


async def test_compressed_answer_is_refused(client: OutgoingHttp, loopback: Loopback) -> None:
    with pytest.raises(HttpBrokenError):
        await client.request("GET", f"{loopback.url}/gzip")


async def test_compressed_answer_is_read_where_it_was_asked_for_and_never_grows_past_the_limit(
    client: OutgoingHttp, loopback: Loopback
) -> None:
    headers = {"Accept-Encoding": "gzip"}
    reply = await client.request("GET", f"{loopback.url}/gzip?of=4000", headers=headers, max_bytes=4000)
    assert reply.body == b"y" * 4000
    with pytest.raises(HttpTooLargeError):
        await client.request("GET", f"{loopback.url}/gzip?of=9000000", headers=headers, max_bytes=4000)
    with pytest.raises(HttpBrokenError):
        await client.request("GET", f"{loopback.url}/gzip", headers=headers)


async def test_body_that_is_not_json_is_a_broken_answer(client: OutgoingHttp, loopback: Loopback) -> None:
    good = await client.request("POST", loopback.url, body=b'{"a": [1]}')
    assert good.json() == {"a": [1]}
    bad = await client.request("POST", loopback.url, body=b"<html>")
    with pytest.raises(HttpBrokenError):
        bad.json()


def test_allow_list_reads_networks_hosts_and_ports() -> None:
    allowed = read_allow_list(["10.0.0.0/8", "erp.internal", "crm.internal:8443", "[::1]:80", "127.0.0.1"])
    assert allowed.allows_name("ERP.internal.", 1)
    assert allowed.allows_name("crm.internal", 8443)
    assert not allowed.allows_name("crm.internal", 443)
    assert allowed.allows_name("::1", 80)
    assert len(allowed.networks) == 2
    assert AllowList() == read_allow_list([])


@pytest.mark.parametrize("entry", ["host:", "host:port", "host:70000", "a b", "http://x", ":80"])
def test_allow_list_entry_that_cannot_be_read_is_named(entry: str) -> None:
    with pytest.raises(AllowListError, match="cannot read"):
        read_allow_list([entry])
