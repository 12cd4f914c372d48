"""The processes: do they run, what do they need, why did they end."""

from __future__ import annotations

from ops.grafana.panels import GREEN, NODE, RED, WIDTH, YELLOW, Json, Panel, Query, Row, dashboard, stat, timeline

RATE = "[$__rate_interval]"
LEGEND = "{{instance}} {{service}}"


def services() -> Json:
    """The dashboard as Grafana reads it."""
    text = (
        "각 프로세스의 상태, 재시작, CPU, 메모리, 그리고 지표와 알람 전달 자체의 상태.",
        "State, restarts, processor and memory of each process, and how metrics and alerts themselves fare.",
    )
    rows = [_state(), _resources(), _work(), _watching()]
    return dashboard("coilcast-services", "coilcast / 2 Services", text, rows, folders=False)


def _state() -> Row:
    states = {"0": ("down", RED), "1": ("running, not ready", YELLOW), "2": ("ready", GREEN)}
    return Row(
        "State · 상태",
        [
            timeline(
                "Services · 서비스",
                (
                    "각 프로세스: 실행 안 됨, 실행 중(준비 안 됨), 준비됨.",
                    "Each process: down, running but not ready, ready.",
                ),
                [
                    Query(
                        f"coilcast_service_up{{{NODE}}} + on (instance, service) coilcast_service_ready{{{NODE}}}",
                        LEGEND,
                    )
                ],
                width=16,
                height=8,
                mappings=states,
            ),
            Panel(
                "Restarts by cause · 원인별 재시작",
                (
                    "요청 없이 끝난 횟수: exit(스스로), signal(시그널), hang(멈춤), not_launched(시작 실패).",
                    "How often a process ended unasked: it exited, was killed, hung, or could not be launched.",
                ),
                [
                    Query(
                        f"sum by (service, cause) (increase(coilcast_service_restarts_total{{{NODE}}}{RATE}))",
                        "{{service}} {{cause}}",
                    )
                ],
                height=8,
                custom={"drawStyle": "bars", "stacking": {"mode": "normal"}},
            ),
            Panel(
                "Uptime · 가동 시간",
                ("각 프로세스가 시작된 뒤 지난 시간.", "How long each process has been running."),
                [Query(f"time() - (coilcast_service_start_timestamp_seconds{{{NODE}}} > 0)", LEGEND)],
                unit="s",
                width=16,
            ),
            stat(
                "Version · 버전",
                ("실행 중인 버전.", "The version that runs."),
                f"coilcast_build_info{{{NODE}}}",
                "{{instance}} {{version}} (Python {{python}})",
                height=7,
                steps=[(None, "blue")],
            ),
        ],
    )


def _resources() -> Row:
    return Row(
        "Resources · 자원",
        [
            Panel(
                "Processor · CPU",
                ("사용한 코어 수.", "Cores in use."),
                [Query(f"rate(coilcast_service_cpu_seconds_total{{{NODE}}}{RATE})", LEGEND)],
                unit="percentunit",
            ),
            Panel(
                "Memory · 메모리",
                ("상주 메모리.", "Resident memory."),
                [Query(f"coilcast_service_memory_bytes{{{NODE}}}", LEGEND)],
                unit="bytes",
            ),
            Panel(
                "File descriptors · 파일 디스크립터",
                ("열린 파일 디스크립터 수.", "File descriptors that are open."),
                [Query(f"coilcast_service_open_fds{{{NODE}}}", LEGEND)],
            ),
        ],
    )


def _work() -> Row:
    return Row(
        "Work · 작업",
        [
            Panel(
                "Queues · 대기열",
                ("각 프로세스에서 기다리는 일의 수.", "What waits in each process."),
                [Query(f"coilcast_queue_length{{{NODE}}}", LEGEND)],
            ),
            Panel(
                "Previews per second · 초당 미리보기",
                ("만든 미리보기.", "Previews made."),
                [Query(f"sum by (size) (rate(coilcast_previews_total{{{NODE}}}{RATE}))", "{{size}}")],
            ),
            Panel(
                "Failed previews · 실패한 미리보기",
                ("만들지 못한 미리보기와 이유.", "Previews that could not be made, and why."),
                [Query(f"sum by (reason) (increase(coilcast_preview_failures_total{{{NODE}}}{RATE}))", "{{reason}}")],
            ),
        ],
    )


def _watching() -> Row:
    return Row(
        "Metrics and alerts · 지표와 알람",
        [
            Panel(
                "Scrape · 수집",
                ("수집에 걸린 시간. 50 ms 이내가 정상.", "How long a scrape takes; less than 50 ms is normal."),
                [Query(f"scrape_duration_seconds{{{NODE}}}", "{{instance}}")],
                unit="s",
            ),
            Panel(
                "Alerts firing by name · 이름별 알람",
                ("이름별로 발생 중인 알람 수.", "How many alerts of each name fire."),
                [Query(f"sum by (name) (coilcast_alerts_firing{{{NODE}}})", "{{name}}")],
            ),
            Panel(
                "Transitions and deliveries · 변화와 전달",
                (
                    "알람의 발생, 변경, 해제와 전달 시도.",
                    "Alerts raised, changed and resolved, and attempts to deliver them.",
                ),
                [
                    Query(
                        f"sum by (transition) (increase(coilcast_alert_transitions_total{{{NODE}}}{RATE}))",
                        "{{transition}}",
                    ),
                    Query(
                        f"sum by (result) (increase(coilcast_deliveries_total{{{NODE}}}{RATE}))", "delivery {{result}}"
                    ),
                ],
            ),
            stat(
                "Unreadable figures · 읽을 수 없는 통계",
                (
                    "0이 정상. 아니면 지표의 일부가 빠져 있음.",
                    "0 is normal; otherwise a part of the metrics is missing.",
                ),
                f"sum(coilcast_figures_damaged{{{NODE}}})",
                "files",
                width=WIDTH // 4,
                steps=[(None, GREEN), (1, RED)],
            ),
        ],
    )
