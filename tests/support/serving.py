"""The gateway's parts put together in one process: a real catalog, and clients whose links are lists."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from services.gateway.alerts import AlertBoard
from services.gateway.arrivals import Arrivals
from services.gateway.clients import Clients
from services.gateway.context import Context
from services.gateway.deliveries import Deliveries
from services.gateway.desk import Desk
from services.gateway.files import Files
from services.gateway.health import Evidence, assess
from services.gateway.line import LineDesk
from services.gateway.live import EVERYTHING, RECENT_EVENTS, Live
from services.gateway.lookup import Lookup
from services.gateway.panel import Panel
from services.gateway.previews import Previews
from services.gateway.reads import Reads
from services.gateway.server import Server
from services.gateway.session import Session
from services.gateway.status import Status
from services.gateway.uploads.gatekeeper import Gatekeeper
from services.gateway.uploads.lanes import Uploads
from services.gateway.wire import Subscribe, now_ms
from services.gateway.wire_health import HealthAnswer
from services.gateway.wording import REASONS, SENTENCES
from services.shared.catalog import CatalogReader, CatalogWriter, Gone, Sighting
from services.shared.logs import make_logger
from services.shared.messages import Event, EventType, Flow, Image, Published, ServiceHealth
from services.shared.metrics.figures import Figures
from services.shared.operations import Pins
from services.shared.phrases import phrases
from services.shared.previews import previews_folder
from tests.support.net import Answer, free_port
from tests.support.watching import settings_for

Message = dict[str, Any]


def image(seq: int, **fields: Any) -> Image:
    """An image of the folder main/original without a coil, unless `fields` say otherwise."""
    values: dict[str, Any] = {
        "camera": "main",
        "kind": "original",
        "filename": f"{seq}.jpg",
        "coil": None,
        "captured_at_ms": seq * 1000,
        "written_at_ms": seq * 1000 + 30,
        "seen_at_ms": seq * 1000 + 31,
        "size_bytes": 1000,
        "width": 64,
        "height": 48,
        "media_type": "image/jpeg",
    }
    return Image(seq=seq, **{**values, **fields})


def event(
    seq: int,
    what: EventType = "new",
    /,
    of: Image | None = None,
    *,
    shown: bool = True,
    previous_seq: int | None = None,
    **fields: Any,
) -> Event:
    """An event about a new image, or about `of`; `fields` are the image's."""
    if what == "removed":
        assert of is not None
        return Event(seq=seq, type=what, image=of, at_ms=seq, previous_seq=of.seq)
    return Event(
        seq=seq, type=what, image=of or image(seq, **fields), at_ms=seq, shown=shown, previous_seq=previous_seq
    )


def frames_in(data: bytes) -> list[Frame]:
    """The WebSocket frames that `data` is made of, as the `websockets` library reads them."""
    frames: list[Frame] = []
    reader = StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    while True:
        at_end = reader.at_eof()
        try:
            next(at_end)
        except StopIteration as end:
            if end.value:
                return frames
        frame = Frame.parse(reader.read_exact, mask=False, max_size=None)
        try:
            next(frame)
        except StopIteration as end:
            frames.append(end.value)


def messages_in(frames: Iterable[bytes]) -> list[Message]:
    """What the text frames say."""
    return [json.loads(bytes(frame.data)) for frame in frames_in(b"".join(frames)) if frame.opcode is Opcode.TEXT]


class ListLink:
    """A link whose other end is a list. While `busy`, nothing may be given to it; `takes` frames make it busy."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.busy = False
        self.takes: int | None = None

    def push(self, frame: bytes) -> None:
        assert not self.busy, "a frame was given to a busy link: its bytes would come between those of another"
        self.frames.append(frame)
        if self.takes is not None:
            self.takes -= 1
            self.busy = self.takes <= 0

    @property
    def messages(self) -> list[Message]:
        return messages_in(self.frames)

    def taken(self, kind: str = "") -> list[Message]:
        """The messages, of this type if one is given, that came since the last call."""
        messages = self.messages
        self.frames.clear()
        return [message for message in messages if not kind or message["type"] == kind]


class Bed:
    """A catalog that is written to, and what a gateway makes of it. Used inside an event loop."""

    def __init__(self, tmp_path: Path, **values: str) -> None:
        self.settings = settings_for(tmp_path, IMAGE_RECEIVER_PORT=str(free_port()), **values)
        self.settings.state.mkdir(exist_ok=True)
        self.settings.images.base.mkdir(exist_ok=True)
        self.writer = CatalogWriter(self.settings.catalog_path, "node")
        self.reader = CatalogReader(self.settings.catalog_path)
        self.out = io.StringIO()
        self.log = make_logger(self.settings, "Image Receiver", SENTENCES, self.out)
        self.reads = Reads(self.settings.catalog_path, self.reader.epoch)
        self.files = Files(self.settings.images.base)
        self.arrivals = Arrivals()
        self.figures = Figures.in_memory("gateway-0")
        self.deliveries = Deliveries(self.settings.deliveries_path, self.reader.epoch, self.log, self.figures)
        self.wanted: list[int] = []
        self.previews = Previews(previews_folder(self.settings.previews_dir, self.reader.epoch), self.wanted.append)
        self.panel = Panel()
        self.alerts = AlertBoard(self.settings.operations_path, lambda *news: self.clients.alert(*news), self.log)
        self.uploads = Uploads(self.settings, "node-gateway-0")
        self.gatekeeper = Gatekeeper(self.settings.operations_path)
        self.pins = Desk(self.settings.operations_path, Pins, self.log)
        self.line = LineDesk(self.settings.operations_path)
        self.health: HealthAnswer | None = None
        self.services: dict[str, ServiceHealth] = {}
        self.flows: dict[str, Flow] = {}
        self.start()

    def start(self) -> None:
        """What a gateway does at its start: all that it remembers is from the catalog."""
        head = self.reader.head()
        recent = self.reader.events(max(self.reader.trimmed(), head - RECENT_EVENTS), head)
        self.live = Live(self.reader.epoch, head, self.reader.current_ranked(), recent)
        self.lookup = Lookup(self.live, self.reader, self.settings.images.kinds)
        self.clients = Clients(self.lookup, self.reads, "node", self.deliveries.pushed, self.log, self.figures)

    def close(self) -> None:
        self.uploads.close()
        self.gatekeeper.close()
        self.pins.close()
        self.line.close()
        self.reads.close()
        self.deliveries.close()
        self.alerts.close()
        self.files.close()
        self.reader.close()
        self.writer.close()

    def sighting(self, filename: str, content: int = 1, **fields: Any) -> Sighting:
        """`filename` is in the folder with this content; `fields` beyond a sighting's own: camera, kind."""
        folder = self.writer.folder(fields.pop("camera", "main"), fields.pop("kind", "original"), 0)
        values: dict[str, Any] = {
            "coil": "1",
            "captured_at_ms": 1_000_000,
            "written_at_ms": 1_000_030,
            "seen_at_ms": 1_000_031,
            "size_bytes": 100,
            "width": 64,
            "height": 48,
            "media_type": "image/jpeg",
            "mtime_ns": 1,
            "inode": 1,
            "fingerprint": content,
        }
        return Sighting(folder_id=folder.id, filename=filename, **{**values, **fields})

    def record(self, *filenames: str, **fields: Any) -> Published:
        """Catalogued, and nobody has heard of it yet."""
        return self.writer.record([self.sighting(filename, **fields) for filename in filenames])

    def hear(self, published: Published) -> None:
        """What was published has come over the bus."""
        for happened in published.events:
            self.lookup.apply(happened)
            self.clients.tell(happened)
            self.arrivals.tell(happened)
        self.live.advance(published.last)

    def add(self, *filenames: str, **fields: Any) -> None:
        """Catalogued and told, one after the other."""
        for filename in filenames:
            self.hear(self.record(filename, **fields))

    def remove(self, filename: str, camera: str = "main", kind: str = "original") -> None:
        folder = self.writer.folder(camera, kind, 0)
        self.hear(self.writer.record([Gone(folder_id=folder.id, filename=filename, at_ms=1)]))

    def join(self) -> tuple[Session, ListLink]:
        link = ListLink()
        session = Session(link, self.live, self.figures.skipped)
        self.clients.join(session)
        return session, link

    async def subscribe(self, session: Session, **wish: Any) -> None:
        await self.clients.subscribe(session, Subscribe(**wish))

    def free(self, session: Session, takes: int | None = None) -> None:
        """The client has read all; `takes` further frames make it busy again."""
        link = session.link
        assert isinstance(link, ListLink)
        link.busy, link.takes = False, takes
        self.clients.drained(session)

    def context(self) -> Context:
        newest = self.live.newest(EVERYTHING)

        def assessed() -> HealthAnswer:
            return self.health or assess(evidence, phrases("en", REASONS))

        evidence = Evidence(
            health=None,
            health_age_s=None,
            watcher_age_s=0.0,
            last_image=newest.image if newest else None,
            now_ms=now_ms(),
            stall_after_s=30,
        )
        return Context(
            settings=self.settings,
            log=self.log,
            node="node",
            lookup=self.lookup,
            reads=self.reads,
            files=self.files,
            previews=self.previews,
            arrivals=self.arrivals,
            clients=self.clients,
            alerts=self.alerts,
            line=self.line,
            panel=self.panel,
            health=assessed,
            status=Status(
                self.settings,
                "gateway-0",
                self.live,
                self.reads,
                assessed,
                lambda: self.services,
                lambda: self.flows,
                self.line,
                lambda: (len(self.clients), len(self.arrivals)),
                self.log,
            ),
            deliveries=self.deliveries,
            figures=self.figures,
            uploads=self.uploads,
            gatekeeper=self.gatekeeper,
            pins=self.pins,
        )

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Inside, it can be asked over HTTP."""
        server = Server(self.context())
        server.listen()
        try:
            yield
        finally:
            await server.close()

    async def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """One request to the server; header names have `_` for `-`."""
        return await asyncio.to_thread(self._ask, path, method, None, headers)

    async def post(self, path: str, body: bytes, **headers: str) -> Answer:
        """Like ask(), with something to say."""
        return await asyncio.to_thread(self._ask, path, "POST", body, headers)

    def _ask(self, path: str, method: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.settings.gateway.port, timeout=10)
        try:
            named = {name.replace("_", "-"): text for name, text in headers.items()}
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()


@asynccontextmanager
async def bed_in(tmp_path: Path, **values: str) -> AsyncIterator[Bed]:
    """A bed without a server."""
    bed = Bed(tmp_path, **values)
    try:
        yield bed
    finally:
        bed.close()


@asynccontextmanager
async def served(tmp_path: Path, **values: str) -> AsyncIterator[Bed]:
    """A bed that can be asked over HTTP."""
    async with bed_in(tmp_path, **values) as bed, bed.serving():
        yield bed


async def eventually(condition: Any, timeout_s: float = 10.0) -> None:
    """Let the loop turn until `condition()` is true. Raises TimeoutError."""
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.005)
