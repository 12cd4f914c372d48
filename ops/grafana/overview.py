"""The overview: the way of an image from left to right and top to bottom, source to screen."""

from __future__ import annotations

from ops.grafana.panels import (
    FOLDER,
    GREEN,
    NODE,
    RED,
    WIDTH,
    YELLOW,
    Json,
    Panel,
    Query,
    Row,
    dashboard,
    stat,
    table,
    timeline,
)

RATE = "[$__rate_interval]"
BUCKET = "coilcast_latency_seconds_bucket"


def _percentile(part: float, stage: str, by: str = "") -> str:
    rates = f'rate({BUCKET}{{{NODE}, type=~"$type", stage="{stage}"}}{RATE})'
    return f"histogram_quantile({part}, sum by (le{by}) ({rates}))"


def _latency(title: str, text: tuple[str, str], stage: str) -> Panel:
    queries = [Query(_percentile(part, stage), f"p{part * 100:.0f}") for part in (0.5, 0.95, 0.99)]
    return Panel(title, text, queries, unit="s")


def overview() -> Json:
    """The dashboard as Grafana reads it."""
    rows = [_state(), _source(), _watcher(), _catalog(), _push(), _screen()]
    text = (
        "이미지의 경로 순서: 소스 → 감시 → 카탈로그 → 전송 → 화면. 위에서부터 처음 이상한 행이 원인에 가장 가깝습니다.",
        "In the order of an image's way: source → watcher → catalog → push → screen. The first row from above that "
        "looks wrong is nearest to the cause.",
    )
    return dashboard("coilcast-overview", "coilcast / 1 Overview", text, rows, folders=True)


def _state() -> Row:
    statuses = {"ok": GREEN, "degraded": YELLOW, "down": RED}
    return Row(
        "Now · 현재 상태",
        [
            stat(
                "Node · 노드",
                ("노드의 현재 상태.", "The state that the node is in."),
                f"coilcast_node_status{{{NODE}}} == 1",
                "{{instance}} {{status}}",
                width=4,
                extra={"fieldConfig": _by_name(statuses)},
            ),
            stat(
                "Alerts firing · 발생 중인 알람",
                ("모니터가 발생시킨 알람의 수.", "How many alerts of the monitor fire."),
                f"sum(coilcast_alerts_firing{{{NODE}}})",
                "alerts",
                width=4,
                steps=[(None, GREEN), (1, RED)],
            ),
            stat(
                "Late on screens · 화면 지연 비율",
                (
                    "지난 1시간 동안 저장에서 화면까지 100 ms를 넘긴 이미지의 비율. 허용 5 %. 화면이 없으면 값이 없음.",
                    "Part of the images of the last hour that took more than 100 ms from written to painted; 5 % may. "
                    "No value while nobody looks at a screen.",
                ),
                "1 - "
                f'sum(rate({BUCKET}{{{NODE}, type=~"$type", stage="written_painted", le="0.1"}}[1h])) / '
                f'sum(rate(coilcast_latency_seconds_count{{{NODE}, type=~"$type", stage="written_painted"}}[1h]))',
                "late",
                width=4,
                unit="percentunit",
                steps=[(None, GREEN), (0.05, YELLOW), (0.3, RED)],
            ),
            table(
                "Alerts · 알람",
                (
                    "발생 중인 모니터의 알람과 그 이유. 조치는 docs/runbook.ko.md 참조.",
                    "The monitor's alerts that fire, and why. What to do is in docs/runbook.md.",
                ),
                f"coilcast_alert_firing{{{NODE}}}",
                ["job", "Value"],
                width=12,
                height=4,
            ),
        ],
    )


def _by_name(colors: dict[str, str]) -> Json:
    overrides = [
        {
            "matcher": {"id": "byRegexp", "options": f".* {name}"},
            "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": color}}],
        }
        for name, color in colors.items()
    ]
    return {"defaults": {"unit": "short", "custom": {}}, "overrides": overrides}


def _source() -> Row:
    states = {"0": ("waiting", "blue"), "1": ("live", GREEN), "2": ("late", YELLOW), "3": ("stalled", RED)}
    flow = " or ".join(
        f'{rank} * (coilcast_flow_state{{{FOLDER}, state="{state}"}} == 1)'
        for rank, state in enumerate(("waiting", "live", "late", "stalled"))
    )
    return Row(
        "1 Source · 소스 (카메라)",
        [
            timeline(
                "Flow · 이미지 흐름",
                (
                    "카메라와 종류별 흐름의 상태: waiting(아직 없음), live, late, stalled(정지).",
                    "The state of each camera and type: waiting (none yet), live, late, stalled.",
                ),
                [Query(f"max by (instance, camera, type) ({flow})", "{{instance}} {{camera}}/{{type}}")],
                width=WIDTH,
                height=5,
                mappings=states,
            ),
            Panel(
                "Images per second · 초당 이미지",
                ("실시간으로 기록된 이미지 수.", "Images catalogued live."),
                [
                    Query(
                        f"sum by (camera, type) (rate(coilcast_images_total{{{FOLDER}}}{RATE}))", "{{camera}}/{{type}}"
                    )
                ],
            ),
            Panel(
                "Since the last image · 마지막 이미지 이후",
                (
                    "카메라와 종류별로 마지막 이미지 이후 지난 시간.",
                    "How long ago the last image of each camera and type was seen.",
                ),
                [
                    Query(
                        f"time() - (coilcast_last_image_timestamp_seconds{{{FOLDER}}} > 0)",
                        "{{instance}} {{camera}}/{{type}}",
                    ),
                    Query(f"max(coilcast_stall_after_seconds{{{NODE}}})", "limit"),
                ],
                unit="s",
            ),
            _latency(
                "Captured → written · 촬영 → 저장",
                (
                    "촬영에서 파일이 완전히 저장될 때까지. 카메라와 네트워크의 몫.",
                    "From the exposure until the file is whole: the camera's and the network's part.",
                ),
                "captured_written",
            ),
        ],
    )


def _watcher() -> Row:
    return Row(
        "2 Watcher · 감시",
        [
            _latency(
                "Written → seen · 저장 → 발견",
                ("파일 저장에서 발견까지.", "From the file being whole until the watcher has seen it."),
                "written_seen",
            ),
            Panel(
                "Rejected by reason · 거부된 파일",
                (
                    "이미지로 받지 않은 파일의 초당 수와 이유. 파일은 삭제되지 않음.",
                    "Files a second that were not taken, and why; nothing is deleted.",
                ),
                [Query(f"sum by (reason) (rate(coilcast_rejected_total{{{FOLDER}}}{RATE}))", "{{reason}}")],
            ),
            Panel(
                "Found by comparison only · 비교로만 발견",
                (
                    "이벤트 없이 폴더 비교에서만 발견된 이미지와 유실된 이벤트.",
                    "Images that no event told of, and events that were lost.",
                ),
                [
                    Query(f"sum(increase(coilcast_rescan_found_total{{{FOLDER}}}{RATE}))", "found"),
                    Query(f"sum(increase(coilcast_events_lost_total{{{FOLDER}}}{RATE}))", "events lost"),
                    Query(f"sum(increase(coilcast_rescans_total{{{FOLDER}}}{RATE}))", "comparisons"),
                ],
            ),
        ],
    )


def _catalog() -> Row:
    commits = f"rate(coilcast_catalog_commit_seconds_bucket{{{NODE}}}{RATE})"
    return Row(
        "3 Catalog · 카탈로그",
        [
            _latency(
                "Seen → catalogued · 발견 → 기록",
                ("발견에서 카탈로그 기록까지.", "From seen until the image is in the catalog."),
                "seen_catalogued",
            ),
            Panel(
                "Commits · 커밋",
                ("카탈로그 커밋에 걸린 시간.", "How long commits to the catalog take."),
                [
                    Query(f"histogram_quantile({part}, sum by (le) ({commits}))", f"p{part * 100:.0f}")
                    for part in (0.5, 0.95, 0.99)
                ],
                unit="s",
            ),
            Panel(
                "Position in the log · 로그 위치",
                (
                    "각 서비스가 처리한 마지막 seq. 뒤처진 서비스는 낮은 선으로 보임.",
                    "How far each service is in the log; one that lags is the lower line.",
                ),
                [Query(f"coilcast_service_last_seq{{{NODE}}} > 0", "{{instance}} {{service}}")],
            ),
        ],
    )


def _push() -> Row:
    return Row(
        "4 Push · 전송",
        [
            _latency(
                "Catalogued → pushed · 기록 → 전송",
                ("기록에서 첫 클라이언트 전송까지.", "From the catalog until the image is given to clients."),
                "catalogued_pushed",
            ),
            _latency(
                "Seen → preview · 발견 → 미리보기",
                ("발견에서 화면용 미리보기까지.", "From seen until its preview for screens is made."),
                "seen_preview",
            ),
            _latency(
                "Written → pushed · 저장 → 전송",
                ("노드 전체: 저장에서 전송까지.", "The whole of the node: from written to pushed."),
                "written_pushed",
            ),
            Panel(
                "Clients · 클라이언트",
                ("연결된 클라이언트 수.", "Clients that are connected."),
                [Query(f"sum by (transport) (coilcast_clients{{{NODE}}})", "{{transport}}")],
            ),
            Panel(
                "Pushed and skipped · 전송과 건너뜀",
                (
                    "초당 전송된 이미지와, 느린 클라이언트가 건너뛴 이미지.",
                    "Images a second that were pushed, and those that slow clients skipped.",
                ),
                [
                    Query(f"sum(rate(coilcast_pushed_total{{{NODE}}}{RATE}))", "pushed"),
                    Query(f"sum(rate(coilcast_skipped_total{{{NODE}}}{RATE}))", "skipped"),
                ],
            ),
            Panel(
                "Reconnects · 재연결",
                (
                    "이어 받기, 초기화, 느려서 끊긴 클라이언트, 버스의 빈 곳 복구.",
                    "Resumes, resets, clients closed because they were slow, holes of the bus that were repaired.",
                ),
                [
                    Query(f"sum(increase(coilcast_resumes_total{{{NODE}}}{RATE}))", "resumes"),
                    Query(f"sum by (reason) (increase(coilcast_resets_total{{{NODE}}}{RATE}))", "reset: {{reason}}"),
                    Query(f"sum(increase(coilcast_slow_clients_closed_total{{{NODE}}}{RATE}))", "closed as slow"),
                    Query(
                        f"sum by (service) (increase(coilcast_gap_repairs_total{{{NODE}}}{RATE}))", "gap: {{service}}"
                    ),
                ],
            ),
        ],
    )


def _screen() -> Row:
    return Row(
        "5 Screen · 화면",
        [
            _latency(
                "Pushed → painted · 전송 → 표시",
                (
                    "전송에서 화면 표시까지. 네트워크와 브라우저의 몫.",
                    "From pushed to painted: the network's and the browser's part.",
                ),
                "pushed_painted",
            ),
            _latency(
                "Written → painted · 저장 → 표시",
                (
                    "전체 경로. 목표: 95 %가 100 ms 이내.",
                    "The whole way. The promise: 95 % within 100 ms.",
                ),
                "written_painted",
            ),
            Panel(
                "Canary · 카나리아",
                (
                    "각 단계가 마지막으로 카나리아를 본 뒤 지난 시간. 처음으로 커지는 단계에서 끊긴 것.",
                    "How long ago each stage saw a canary; the first stage that grows is where the way is broken.",
                ),
                [Query(f"time() - (coilcast_canary_timestamp_seconds{{{NODE}}} > 0)", "{{instance}} {{stage}}")],
                unit="s",
            ),
        ],
    )
