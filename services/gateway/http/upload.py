"""`POST /api/images/<type>`: an image from a camera that cannot mount a share."""

from __future__ import annotations

import asyncio
import math
import secrets
import time

import tornado.web
from tornado.http1connection import HTTP1Connection

from services.gateway.http.base import Handler
from services.gateway.uploads import rules
from services.gateway.uploads.lanes import Upload as Lane
from services.gateway.uploads.rules import NoFolder, Pace, Refused
from services.gateway.uploads.wording import REFUSALS
from services.gateway.wire import now_ms, url_of
from services.gateway.wire_uploads import UploadAnswer
from services.shared.errors import DatabaseError
from services.shared.files import MAIN_CAMERA, folder_of
from services.shared.formats import SIGNATURE_BYTES
from services.shared.names import is_camera
from services.shared.phrases import phrases

LINGER_S = 5.0
LINGER_BYTES = 64 << 20
"""What a client goes on sending after it was refused is thrown away up to here: closed at once, the connection would
be reset, and many clients would not get to read why.
"""

ANY_LENGTH = 1 << 62
CHALLENGE = 'Bearer realm="coilcast"'


@tornado.web.stream_request_body
class Upload(Handler):
    """Whether it may come is settled before its body is read; the body goes to the disk as it comes."""

    methods = "POST, OPTIONS"

    def initialize(self) -> None:
        self._who = self.request.remote_ip or ""
        self._camera = MAIN_CAMERA
        self._filename: str | None = None
        self._said: str | None = None
        self._media_type: str | None = None
        self._head = b""
        self._lane: Lane | None = None
        self._pace = Pace(math.inf, math.inf)
        self._is_writing = False
        self._is_refused = False
        self._thrown_away_bytes = 0
        self._timer: asyncio.TimerHandle | None = None

    def options(self, *_: str) -> None:
        """As everywhere; a token is sent, too."""
        super().options()
        self.set_header("Access-Control-Allow-Headers", "Authorization, Content-Type")

    async def prepare(self) -> None:
        """Everything that can be told from the request's head. No byte of the body has been read."""
        if self.request.method == "OPTIONS":
            return
        if self.request.method != "POST":
            raise tornado.web.HTTPError(405)
        # What is too long is for us to say, so that it is said well.
        self._connection.set_max_body_size(ANY_LENGTH)
        try:
            await self._admit(self.path_args[0])
        except (Refused, DatabaseError, OSError) as error:
            self._refuse(error, has_read_all=not self._has_body)

    async def data_received(self, chunk: bytes) -> None:
        """A part of the body; the next one is read when the disk has taken what it can."""
        if self._is_refused:
            self._throw_away(len(chunk))
            return
        if self._lane is None:
            return
        now_s = time.monotonic()
        self._pace.heard(len(chunk), now_s)
        try:
            if self._pace.received_bytes > self._limit_bytes:
                raise rules.too_large(self._limit_bytes)
            await self._write(chunk)
        except (Refused, OSError) as error:
            self._refuse(error)
        finally:
            self._pace.excuse(time.monotonic() - now_s)

    async def post(self, kind: str) -> None:
        """The body has ended."""
        self._stop_timer()
        if self._is_refused:
            self.finish()
            return
        assert self._lane is not None
        try:
            if self._media_type is None:
                raise rules.unfit("truncated") if self._head else Refused(400, "empty_body")
            salt = secrets.token_hex(2)
            name = self._filename or rules.default_name(
                now_ms(), salt, self._media_type, self.context.settings.timezone
            )
            outcome = await self._lane.land(name)
        except (Refused, OSError) as error:
            self._refuse(error, has_read_all=True)
            return
        finally:
            self._lane.end()
        self.context.uploads.failure = ""
        url = url_of(self._camera, kind, name)
        self.set_status(201 if outcome == "new" else 200)
        self.set_header("Location", url)
        self.answer(UploadAnswer(name, self._camera, kind, self._pace.received_bytes, url))

    def on_connection_close(self) -> None:
        """The client is gone: nothing is left of what has not landed."""
        self._stop_timer()
        if self._lane is not None:
            self._lane.end()
        super().on_connection_close()

    async def _admit(self, kind: str) -> None:
        settings = self.context.settings
        authorization = self.request.headers.get("Authorization", "")
        token = await self.context.gatekeeper.who(authorization)
        if token is None:
            self.set_header("WWW-Authenticate", CHALLENGE + (', error="invalid_token"' if authorization else ""))
            raise Refused(401, "no_token")
        self._who = f"{token.name}, {self._who}"
        self._camera = self.text("camera") or MAIN_CAMERA
        if kind not in settings.images.kinds:
            raise Refused(404, "no_kind", kind=kind, kinds=", ".join(settings.images.kinds))
        if self._camera != MAIN_CAMERA and not is_camera(self._camera, settings.images.kinds):
            raise Refused(404, "bad_camera")
        filename = self.raw("filename")
        self._filename = rules.name_of(filename) if filename else None
        self._said = rules.media_type_said(self.request.headers.get("Content-Type", ""))
        rules.fitting(self._said, self._filename)
        if not self._has_body:
            raise Refused(400, "empty_body")
        length_bytes = self._length_bytes
        if length_bytes > self._limit_bytes:
            raise rules.too_large(self._limit_bytes)
        self._lane = self.context.uploads.begin(folder_of(settings.images.base, self._camera, kind))
        try:
            await self._lane.make_room(length_bytes)
        except NoFolder:
            if self._camera in self.context.lookup.cameras():
                raise
            raise Refused(404, "no_camera", camera=self._camera, kind=kind) from None
        self.context.gatekeeper.used(token)
        # Twice: it is not the client's fault when it has to wait for the disk.
        self._connection.set_body_timeout(2 * rules.longest_s(length_bytes or self._limit_bytes))
        now_s = time.monotonic()
        self._pace = Pace(now_s, now_s)
        self._watch_pace()

    async def _write(self, chunk: bytes) -> None:
        assert self._lane is not None
        if self._media_type is None:
            chunk = self._head = self._head + chunk
            if len(self._head) < SIGNATURE_BYTES:
                return
            self._media_type = rules.media_type(self._head, self._said, self._filename)
            self._lane.open(rules.ENDINGS[self._media_type])
        self._is_writing = True
        await self._lane.write(chunk)
        self._is_writing = False

    def _watch_pace(self) -> None:
        """End an upload that is slower than the least rate; it looks again when that could be next."""
        now_s = time.monotonic()
        wait_s = 1.0 if self._is_writing else self._pace.deadline_s - now_s
        if wait_s > 0:
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._watch_pace)
        else:
            self._refuse(Refused(408, "too_slow", least=rules.LEAST_BYTES_PER_S))

    def _refuse(self, error: Exception, *, has_read_all: bool = False) -> None:
        """Say why, let go of what there is, and of the connection once the client has had time to hear of it."""
        if self._finished or self._is_refused:
            return
        self._is_refused = True
        self._stop_timer()
        if self._lane is not None:
            self._lane.end()
        refused = self._as_refused(error)
        if refused.status == 503:
            self.set_header("Retry-After", "1")
        if has_read_all or self.request.headers.get("Expect", "").lower() == "100-continue":
            self.problem(refused.status, refused.detail)
            return
        body = self.problem_body(refused.status, refused.detail)
        self.set_header("Content-Length", str(len(body)))
        self.set_header("Connection", "close")
        self.write(body)
        self.flush()
        self._timer = asyncio.get_running_loop().call_later(LINGER_S, self._let_go)

    def _as_refused(self, error: Exception) -> Refused:
        uploads, log = self.context.uploads, self.context.log
        if isinstance(error, Refused):
            if uploads.hush.is_news((self._who, error.status), time.monotonic()):
                phrase = phrases(self.context.settings.node.language, REFUSALS)
                why = phrase(error.key, **error.fields)
                log.warning("upload_refused", who=self._who, status=error.status, reason=error.key, why=why)
            return error
        if uploads.failure != str(error):
            uploads.failure = str(error)
            log.error("tokens_failed" if isinstance(error, DatabaseError) else "upload_failed", error=str(error))
        return Refused(503, "failed")

    def _throw_away(self, size_bytes: int) -> None:
        self._thrown_away_bytes += size_bytes
        if self._thrown_away_bytes > LINGER_BYTES:
            self._let_go()

    def _let_go(self) -> None:
        self._stop_timer()
        if not self._finished:
            self.finish()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def _limit_bytes(self) -> int:
        return self.context.settings.images.max_file_size_bytes

    @property
    def _connection(self) -> HTTP1Connection:
        connection = self.request.connection
        assert isinstance(connection, HTTP1Connection)
        return connection

    @property
    def _has_body(self) -> bool:
        return self._length_bytes > 0 or "Transfer-Encoding" in self.request.headers

    @property
    def _length_bytes(self) -> int:
        """What the client says that it will send; 0 when it does not. Tornado refuses what is no number."""
        text = self.request.headers.get("Content-Length", "").partition(",")[0]
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
