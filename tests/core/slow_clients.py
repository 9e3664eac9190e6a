"""An attacker with many sockets and little to send, and visitors who want their pages meanwhile."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

HOST = "127.0.0.1"
DRIP = 0.5

Socket = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def drip(writer: asyncio.StreamWriter, start: bytes, piece: bytes) -> None:
    """Send a beginning, then a little now and then, without an end."""
    writer.write(start)
    while True:
        await asyncio.sleep(DRIP)
        writer.write(piece)
        await writer.drain()


async def slow_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await drip(writer, b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X-A: b\r\n")


async def slow_bodies(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = b"POST /nothing/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n"
    await drip(writer, head + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n", b"a=b&")


async def slow_chunks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = b"POST /nothing/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    await drip(writer, head, b"1\r\na\r\n")


async def too_large_bodies(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await drip(
        writer, b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000000\r\n\r\n", b"a"
    )


async def bare_connections(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def noise(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await drip(writer, b"\x16\x03\x01\x02\x00\x01\x00", b"\x00")


async def idle_after_one_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.read()


async def never_closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    await reader.read()
    await asyncio.sleep(3600)


async def slow_readers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    transport = writer.transport
    transport.pause_reading()  # type: ignore[attr-defined]
    writer.write(b"GET /long/ HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3)
    await asyncio.sleep(3600)


KINDS: dict[str, Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]] = {
    "slow headers": slow_headers,
    "slow bodies": slow_bodies,
    "slow chunks": slow_chunks,
    "too large bodies": too_large_bodies,
    "bare connections": bare_connections,
    "noise": noise,
    "idle after one page": idle_after_one_page,
    "never closed": never_closed,
    "slow readers": slow_readers,
}


@dataclass
class Seen:
    """What the other visitors saw."""

    seconds: list[float] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)

    @property
    def p95(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)] if self.seconds else 0.0


async def attack(port: int, kind: str, sockets: int, ends: asyncio.Event) -> None:
    """Hold `sockets` connections of one kind; one that is cut comes again."""

    async def hold() -> None:
        while not ends.is_set():
            with suppress(OSError):
                plain = socket.socket()
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
                plain.setblocking(False)
                await asyncio.get_running_loop().sock_connect(plain, (HOST, port))
                reader, writer = await asyncio.open_connection(sock=plain)
                try:
                    await KINDS[kind](reader, writer)
                finally:
                    writer.transport.abort()
            await asyncio.sleep(0.1)

    tasks = [asyncio.create_task(hold()) for _ in range(sockets)]
    await ends.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def visit(port: int, path: str, count: int, patience: float, seen: Seen) -> None:
    """Ask for a page over and over, each time on a connection of its own."""
    for _ in range(count):
        began = time.monotonic()
        try:
            async with asyncio.timeout(patience):
                reader, writer = await asyncio.open_connection(HOST, port)
                head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                writer.write(head.encode())
                answer = await reader.read()
                writer.close()
            if not answer.startswith(b"HTTP/1.1 200"):
                seen.bad.append(repr(answer[:40]))
        except (OSError, TimeoutError) as error:
            seen.bad.append(repr(error))
        seen.seconds.append(time.monotonic() - began)
        await asyncio.sleep(0.1)


async def besieged(
    port: int, kinds: dict[str, int], *, visits: int = 10, patience: float = 20.0
) -> Seen:
    """Attack with so many sockets of each kind, and let four visitors read meanwhile."""
    seen, ends = Seen(), asyncio.Event()
    attacks = [
        asyncio.create_task(attack(port, kind, sockets, ends)) for kind, sockets in kinds.items()
    ]
    await asyncio.sleep(1.5)  # until they all hang on
    await asyncio.gather(*(visit(port, "/", visits, patience, seen) for _ in range(4)))
    ends.set()
    await asyncio.gather(*attacks)
    return seen
