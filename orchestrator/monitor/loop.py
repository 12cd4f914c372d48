"""The monitor's one loop: hints, commands, deaths and deadlines."""

from __future__ import annotations

import os
import select
import time
from collections import deque
from collections.abc import Callable

from orchestrator.errors import SupervisordError
from orchestrator.monitor.children import Children
from orchestrator.monitor.collector import Collector
from orchestrator.monitor.delivery.office import Delivery
from orchestrator.monitor.exporter.exporter import Exporter
from orchestrator.monitor.exporter.state import State
from orchestrator.monitor.health import assess
from orchestrator.monitor.keeper import Keeper
from orchestrator.monitor.lifeguard import Lifeguard
from orchestrator.monitor.operations import Operations, Outcome, Steps, Wait
from orchestrator.monitor.overseer import Overseer, view_of
from orchestrator.topology import MONITOR
from orchestrator.wording import PROGRESS, REASONS
from services.shared.bus import Hub, Responder
from services.shared.errors import CoilcastError
from services.shared.logs import Logger
from services.shared.messages import Answer, Command, Health, Heartbeat
from services.shared.metrics.figures import Figures
from services.shared.phrases import phrases
from services.shared.settings import Settings

HEALTH_EVERY_S = 2.0
LONGEST_SLEEP_S = 1.0
STANDSTILL_S = 2.0
"""A turn that comes so much later than it was meant to means that the monitor, or the machine, stood still."""

LOOK_EVERY_S = 0.1
"""What is only passed on, such as the word of each preview, is no reason to look at everything more often."""

PAUSE_S = 0.2
"""Between tries while supervisord does not answer."""


class Running:
    """An operation under way: its steps, what it waits for, and whom to tell."""

    def __init__(self, what: str, steps: Steps, done: Callable[[Outcome], None]) -> None:
        self.what = what
        self._steps = steps
        self._done = done
        self._wait: Wait | None = None
        self._deadline_s = 0.0

    def advance(self, now_s: float) -> bool:
        """Take every step that can be taken now; False when it is over."""
        while True:
            came_true: bool | None = None
            if self._wait is not None:
                came_true = self._wait.condition()
                if not came_true and now_s < self._deadline_s:
                    return True
            try:
                self._wait = next(self._steps) if came_true is None else self._steps.send(came_true)
            except StopIteration as end:
                self._done(end.value)
                return False
            except CoilcastError as error:
                self._done(Outcome(False, str(error)))
                return False
            self._deadline_s = now_s + self._wait.patience_s


class Monitor:
    """Holds the hub of the bus and every pidfd. Raises StateError when the sockets cannot be made."""

    def __init__(self, settings: Settings, log: Logger) -> None:
        self._log = log
        self._poller = select.poll()
        self._hub = Hub(settings.run_dir)
        self._responder = Responder(settings.run_dir)
        self._wake_out, self._wake_in = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        for fd in (self._hub.fd, self._responder.fd, self._wake_out):
            self._poller.register(fd, select.POLLIN)
        self._reasons = phrases(settings.node.language, REASONS)
        self._phrase = phrases(settings.node.language, PROGRESS)
        supervision = settings.supervision
        self._lifeguard = Lifeguard(supervision.heartbeat_timeout_s, _wall_ms, stable_s=supervision.stable_after_s)
        self._children = Children(settings, self._poller)
        self._figures = Figures.of_process(settings.figures_dir, MONITOR)
        self._exporter = Exporter(settings, log)
        self._keeper = Keeper(self._lifeguard, self._children, log, self._reasons, self._figures)
        self._operations = Operations(self._keeper, self._phrase)
        self._collector = Collector(settings, self._lifeguard.wards, log)
        self._overseer = Overseer(settings, log, self._figures)
        self._delivery = Delivery(settings, log, self._figures)
        self._running: Running | None = None
        self._readable: deque[int] = deque()
        self._wanted_turn_s = time.monotonic()
        self._since_s = time.time()
        self._has_news = True
        self._look_next_s = 0.0
        self._last_health_s = 0.0
        self._last_news: object = None
        self.stopping = False

    def stop(self) -> None:
        """End the loop; may be called in a signal handler. The services go on."""
        self.stopping = True
        os.write(self._wake_in, b"x")

    def start(self) -> None:
        """Take into care what runs, and begin to start what does not. Raises SupervisordError."""
        self._keeper.adopt()
        self._exporter.start()
        self._delivery.start()
        self._running = Running("start", self._operations.start(), lambda _: None)

    def turn(self) -> None:
        """One turn of the loop."""
        if self._overseer.bulletin.keeps(time.monotonic()):
            self._delivery.turned()
        try:
            self._work()
        except SupervisordError as error:
            self._log.error("supervisord_silent", error=str(error))
            time.sleep(PAUSE_S)
        # What was sent and received above may have used up the sockets' edges: only after a last look may we sleep.
        busy = self._listen()
        now_s = time.monotonic()
        sleep_s = 0.0 if busy else max(0.0, self._sleep_until_s(now_s) - now_s)
        self._wanted_turn_s = now_s + sleep_s
        self._readable.extend(fd for fd, _ in self._poller.poll(sleep_s * 1000))

    def close(self) -> None:
        self._collector.close()
        self._exporter.close()
        self._overseer.close()
        self._delivery.close()
        self._children.close()
        self._hub.close()
        self._responder.close()
        os.close(self._wake_in)
        os.close(self._wake_out)

    def _work(self) -> None:
        # Beats that came while we stood still are heard before anybody is judged by them.
        self._listen()
        now_s = time.monotonic()
        lost_s = now_s - self._wanted_turn_s
        if lost_s > STANDSTILL_S:
            self._log.warning("stood_still", lost_s=round(lost_s, 1))
            self._lifeguard.forgive(lost_s)
            self._overseer.forgive(lost_s)
            self._collector.forgive(lost_s)
        while self._readable:
            self._has_news |= self._keeper.died([self._readable.popleft()])
        self._keeper.carry_out(self._lifeguard.due(time.monotonic()))
        if self._running is not None:
            self._has_news = True
            if not self._running.advance(time.monotonic()):
                self._running = None
        now_s = time.monotonic()
        if not self._has_news and now_s < self._look_next_s:
            return
        self._has_news, self._look_next_s = False, now_s + LOOK_EVERY_S
        self._collector.tend(now_s)
        self._overseer.look(
            view_of(
                list(self._lifeguard.wards.values()),
                folders=self._collector.evidence(now_s),
                disks=self._collector.disks(),
                delivery_failures=self._delivery.failures,
                delivery_error=self._delivery.error,
            )
        )
        self._tell(time.monotonic())

    def _listen(self) -> bool:
        heard = False
        for hint in self._hub.forward():
            heard = True
            if isinstance(hint, Heartbeat):
                self._has_news = True
                self._keeper.heard(hint)
        for who, command in self._responder.drain():
            heard = self._has_news = True
            self._obey(who, command)
        return heard

    def _sleep_until_s(self, now_s: float) -> float:
        due_s = self._lifeguard.next_due_s()
        longest_s = now_s + LONGEST_SLEEP_S
        return longest_s if due_s is None else min(longest_s, due_s)

    def _tell(self, now_s: float) -> None:
        health = self._health(now_s)
        self._exporter.show(now_s, lambda: self._state(health, now_s))
        news = (
            health.status,
            health.reason,
            [(name, one.state, one.pid, one.restarts) for name, one in health.services.items()],
            [(name, flow.state, flow.reason) for name, flow in health.flows.items()],
        )
        if news == self._last_news and now_s - self._last_health_s < HEALTH_EVERY_S:
            return
        if self._last_news is None or news[:2] != self._last_news[:2]:  # type: ignore[index]
            self._log.info("health", status=health.status, reason=health.reason or "-")
        self._last_news = news
        self._last_health_s = now_s
        self._figures.tend(self._log)
        self._hub.say(health)

    def _state(self, health: Health, now_s: float) -> State:
        """What a scrape is to see."""
        return State(
            health=health,
            firing=self._overseer.bulletin.firing,
            folders=tuple(self._collector.evidence(now_s)),
            disks=tuple(self._collector.disks()),
            since_s=self._since_s,
            canary={stage: at_ms / 1000 for stage, at_ms in self._collector.canary_times_ms.items()},
        )

    def _health(self, now_s: float) -> Health:
        return assess(self._lifeguard.wards.values(), self._overseer.flows, now_s, _wall_ms(), self._reasons)

    def _obey(self, who: bytes, command: Command) -> None:
        if command.verb == "status":
            self._responder.answer(who, Answer(ok=True, health=self._health(time.monotonic())))
            return
        what = " ".join(filter(None, (command.verb, command.service, str(command.count or ""))))
        self._log.info("command", what=what)
        if self._running is not None:
            self._responder.answer(who, Answer(ok=False, text=self._phrase("busy", what=self._running.what)))
            return

        def say(text: str) -> None:
            self._responder.answer(who, Answer(ok=True, done=False, text=text))

        def done(outcome: Outcome) -> None:
            self._responder.answer(who, Answer(ok=outcome.ok, text=outcome.text))

        if command.verb == "restart" and command.service == MONITOR:
            done(Outcome(True, self._phrase("monitor_restarts")))
            self.stop()
            return
        steps = {
            "restart": lambda: self._operations.restart(command.service, say),
            "scale": lambda: self._operations.scale(command.service, command.count, say),
            "reload": lambda: self._operations.reload(say),
        }[command.verb]()
        self._running = Running(what, steps, done)


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000
