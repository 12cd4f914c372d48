"""Every metric of a node: its name, its labels with the values known beforehand, and what it means.

Whoever counts, exports, documents or asks Prometheus goes by these; `docs/metrics.md` is made of them. No label ever
holds a coil's number or a file's name: what there is of each is bounded by cameras, kinds and processes.
"""

from __future__ import annotations

from services.shared.metrics.metric import (
    ALERTS,
    CAUSES,
    DELETIONS,
    PREVIEW_FAILURES,
    RESET_REASONS,
    STAGES,
    Metric,
    metric,
)
from services.shared.rejects import REJECTS

_FOLDER = ("camera", "type")

# fmt: off
LATENCY = metric(
    "latency_seconds", "histogram", "counted", ("stage", "type"),
    "How long images took from one moment of their way to another; live images only",
    "이미지가 한 단계에서 다른 단계까지 걸린 시간 (실시간 이미지만)",
    stage=STAGES,
)
IMAGES = metric(
    "images_total", "counter", "counted", _FOLDER,
    "Images catalogued live: new ones and new versions, not what was imported",
    "실시간으로 카탈로그에 기록된 이미지 수 (새 이미지와 새 버전, 가져온 것 제외)",
)
IMAGE_BYTES = metric(
    "image_bytes_total", "counter", "counted", _FOLDER,
    "Bytes of the images in coilcast_images_total",
    "coilcast_images_total에 든 이미지의 바이트 수",
)
REJECTED = metric(
    "rejected_total", "counter", "counted", (*_FOLDER, "reason"),
    "Files that were not taken as images",
    "이미지로 받지 않은 파일 수",
    reason=tuple(REJECTS),
)
LAST_IMAGE = metric(
    "last_image_timestamp_seconds", "gauge", "counted", _FOLDER,
    "When the last live image was seen, Unix time; 0 before the first ever",
    "마지막 실시간 이미지를 본 시각 (Unix 시간, 아직 없으면 0)",
)
CLIENTS = metric(
    "clients", "gauge", "seen", ("transport",),
    "Clients that are connected now",
    "현재 연결된 클라이언트 수",
    transport=("websocket", "long_poll"),
)
PUSHED = metric(
    "pushed_total", "counter", "counted", (),
    "Images given to clients; each once in each gateway, however many clients it has",
    "클라이언트에 보낸 이미지 수 (클라이언트 수와 관계없이 게이트웨이마다 한 번)",
)
SKIPPED = metric(
    "skipped_total", "counter", "counted", (),
    "Images that clients were not shown, because they read slowly or were away and a newer one was there by then",
    "느리거나 끊겨 있던 클라이언트가 더 새로운 이미지 때문에 건너뛴 이미지 수",
)
SLOW_CLOSED = metric(
    "slow_clients_closed_total", "counter", "counted", (),
    "Clients closed because they did not read for two pings",
    "두 번의 ping 동안 읽지 않아 끊은 클라이언트 수",
)
RESUMES = metric(
    "resumes_total", "counter", "counted", (),
    "Clients that went on from where they had been",
    "끊긴 지점부터 이어 받은 클라이언트 수",
)
RESETS = metric(
    "resets_total", "counter", "counted", ("reason",),
    "Clients that could not go on from where they had been, and why",
    "이어 받지 못한 클라이언트 수와 그 이유",
    reason=RESET_REASONS,
)
GAP_REPAIRS = metric(
    "gap_repairs_total", "counter", "counted", ("service",),
    "Holes in the bus's messages that were read from the catalog",
    "버스에서 빠진 메시지를 카탈로그에서 읽어 메운 횟수",
)
QUEUE = metric(
    "queue_length", "gauge", "seen", ("service",),
    "What waits in a process: files to look at, previews to make, reads to do",
    "프로세스에서 기다리는 일의 수 (볼 파일, 만들 미리보기, 읽기)",
)
PREVIEWS = metric(
    "previews_total", "counter", "counted", ("size",),
    "Previews made",
    "만든 미리보기 수",
    size=("screen", "strip"),
)
PREVIEW_FAILED = metric(
    "preview_failures_total", "counter", "counted", ("reason",),
    "Previews that could not be made",
    "만들지 못한 미리보기 수",
    reason=PREVIEW_FAILURES,
)
SERVICE_UP = metric(
    "service_up", "gauge", "seen", ("service",),
    "1 while the process runs",
    "프로세스가 실행 중이면 1",
)
SERVICE_READY = metric(
    "service_ready", "gauge", "seen", ("service",),
    "1 while the process does its work",
    "프로세스가 일을 하고 있으면 1",
)
RESTARTS = metric(
    "service_restarts_total", "counter", "counted", ("service", "cause"),
    "How often a process ended unasked: it exited, a signal ended it, it hung, or it could not be launched",
    "요청 없이 프로세스가 끝난 횟수 (스스로 종료, 시그널, 멈춤, 시작 실패)",
    cause=CAUSES,
)
SERVICE_CPU = metric(
    "service_cpu_seconds_total", "counter", "seen", ("service",),
    "Processor time of the process in user and kernel mode, since it started",
    "프로세스 시작 후 사용한 CPU 시간",
)
SERVICE_MEMORY = metric(
    "service_memory_bytes", "gauge", "seen", ("service",),
    "Memory of the process that is resident",
    "프로세스의 상주 메모리",
)
SERVICE_FDS = metric(
    "service_open_fds", "gauge", "seen", ("service",),
    "File descriptors that the process has open",
    "프로세스가 연 파일 디스크립터 수",
)
SERVICE_SEQ = metric(
    "service_last_seq", "gauge", "seen", ("service",),
    "Up to where in the log the process is",
    "프로세스가 처리한 마지막 seq",
)
SERVICE_STARTED = metric(
    "service_start_timestamp_seconds", "gauge", "seen", ("service",),
    "When the process was started, Unix time; 0 while it does not run",
    "프로세스가 시작된 시각 (Unix 시간, 실행 중이 아니면 0)",
)
NODE_STATUS = metric(
    "node_status", "gauge", "seen", ("status",),
    "1 for the state that the node is in",
    "노드의 현재 상태가 1",
    status=("ok", "degraded", "down"),
)
WATCH_MODE = metric(
    "watch_mode", "gauge", "seen", (*_FOLDER, "mode"),
    "1 for the way in which the folder is watched; 0 for both while it is not",
    "폴더 감시 방식이 1 (감시하지 못하면 둘 다 0)",
    mode=("inotify", "polling"),
)
EVENTS_LOST = metric(
    "events_lost_total", "counter", "counted", _FOLDER,
    "How often the kernel, or the watcher's own queue, dropped file events",
    "커널이나 감시기의 대기열에서 파일 이벤트가 유실된 횟수",
)
RESCANS = metric(
    "rescans_total", "counter", "counted", _FOLDER,
    "Comparisons of the folder with the catalog that were finished",
    "폴더와 카탈로그를 비교한 횟수",
)
RESCAN_FOUND = metric(
    "rescan_found_total", "counter", "counted", _FOLDER,
    "Live images that no event told of, and only a comparison found",
    "이벤트 없이 비교에서만 발견된 실시간 이미지 수",
)
CATALOG_BYTES = metric(
    "catalog_bytes", "gauge", "seen", (),
    "Size of the catalog's files",
    "카탈로그 파일의 크기",
)
COMMIT = metric(
    "catalog_commit_seconds", "histogram", "counted", (),
    "How long commits of live images to the catalog took",
    "실시간 이미지를 카탈로그에 커밋하는 데 걸린 시간",
)
FREE_BYTES = metric(
    "filesystem_free_bytes", "gauge", "seen", ("role",),
    "What may still be written to the filesystem of the images or of the state; absent while it does not answer",
    "이미지 또는 상태 파일시스템의 남은 용량 (응답이 없으면 없음)",
    role=("images", "state"),
)
SIZE_BYTES = metric(
    "filesystem_size_bytes", "gauge", "seen", ("role",),
    "Size of the filesystem",
    "파일시스템의 크기",
    role=("images", "state"),
)
FREE_INODES = metric(
    "filesystem_free_inodes", "gauge", "seen", ("role",),
    "How many more files the filesystem can hold; absent where that has no limit",
    "파일시스템에 더 만들 수 있는 파일 수 (제한이 없으면 없음)",
    role=("images", "state"),
)
INODES = metric(
    "filesystem_inodes", "gauge", "seen", ("role",),
    "How many files the filesystem can hold in all; absent where that has no limit",
    "파일시스템에 만들 수 있는 전체 파일 수 (제한이 없으면 없음)",
    role=("images", "state"),
)
DELETED = metric(
    "retention_deleted_total", "counter", "counted", (*_FOLDER, "reason"),
    "Images that retention deleted",
    "보존 정책이 삭제한 이미지 수",
    reason=DELETIONS,
)
DELETED_BYTES = metric(
    "retention_deleted_bytes_total", "counter", "counted", (*_FOLDER, "reason"),
    "Bytes of the images that retention deleted",
    "보존 정책이 삭제한 이미지의 바이트 수",
    reason=DELETIONS,
)
REENCODED = metric(
    "retention_reencoded_total", "counter", "counted", _FOLDER,
    "Images that were made smaller",
    "더 작게 다시 인코딩한 이미지 수",
)
REENCODED_SAVED = metric(
    "retention_reencoded_saved_bytes_total", "counter", "counted", _FOLDER,
    "Bytes saved by making images smaller",
    "다시 인코딩하여 줄인 바이트 수",
)
ALERT_FIRING = metric(
    "alert_firing", "gauge", "seen", ("name", "severity", "reason", "camera", "type", "service"),
    "1 for each alert that fires; gone when it is resolved",
    "발생 중인 알람마다 1 (해제되면 없어짐)",
)
ALERTS_FIRING = metric(
    "alerts_firing", "gauge", "seen", ("name",),
    "How many alerts of this name fire",
    "이 이름의 알람 중 발생 중인 수",
    name=ALERTS,
)
ALERT_TRANSITIONS = metric(
    "alert_transitions_total", "counter", "counted", ("name", "transition"),
    "How often alerts were raised, changed and resolved",
    "알람이 발생, 변경, 해제된 횟수",
    name=ALERTS, transition=("raised", "changed", "resolved"),
)
FLOW_STATE = metric(
    "flow_state", "gauge", "seen", (*_FOLDER, "state"),
    "1 for the state of the flow of images",
    "이미지 흐름의 현재 상태가 1",
    state=("waiting", "live", "late", "stalled"),
)
CANARY = metric(
    "canary_timestamp_seconds", "gauge", "seen", ("stage",),
    "When the stage last saw a canary, Unix time; 0 before the first",
    "각 단계가 마지막으로 카나리아를 본 시각 (Unix 시간, 아직 없으면 0)",
    stage=("written", "watcher", "catalog", "gateway", "client"),
)
LINE_RUNNING = metric(
    "line_running", "gauge", "seen", ("camera",),
    "1 while the line runs, 0 while it stands; absent where no signal says so",
    "라인 가동 중이면 1, 정지면 0 (신호가 없으면 없음)",
)
DELIVERIES = metric(
    "deliveries_total", "counter", "counted", ("result",),
    "Attempts to deliver a message about an alert",
    "알람 메시지 전송 시도 수",
    result=("sent", "failed"),
)
STALL_AFTER = metric(
    "stall_after_seconds", "gauge", "seen", (),
    "stall.after_s: no image for so long is a stall",
    "설정 stall.after_s",
)
CANARY_INTERVAL = metric(
    "canary_interval_seconds", "gauge", "seen", (),
    "canary.interval_s: how often a canary is sent; 0 is never",
    "설정 canary.interval_s (0은 보내지 않음)",
)
FIGURES_DAMAGED = metric(
    "figures_damaged", "gauge", "seen", (),
    "Files of counted figures that could not be read; what they count is missing here",
    "읽을 수 없는 통계 파일 수 (해당 값은 빠져 있음)",
)
BUILD = metric(
    "build_info", "info", "seen", ("version", "python"),
    "1; what runs here",
    "1, 실행 중인 버전",
)
NODE = metric(
    "node_info", "info", "seen", ("node",),
    "1; which node this is",
    "1, 노드 이름",
)
# fmt: on

METRICS: tuple[Metric, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Metric))
"""In the order in which they stand above."""
