"""What ops read, in Korean and English: the command's lines, the monitor's log and reasons."""

from __future__ import annotations

from services.shared.logs import Sentences

REASONS: Sentences = {
    "by_signal": ("시그널로 종료됨", "killed by a signal"),
    "exit_code": ("종료 코드 {code}", "exit code {code}"),
    "nothing_runs": ("실행 중인 서비스가 없음", "no service runs"),
    "service_starting": ("{name} 시작 중", "{name} is starting"),
    "service_failing": (
        "{name} 다시 시작 중, 직전 종료 원인: {why}",
        "{name} is starting again after it ended: {why}",
    ),
    "service_stopping": ("{name} 종료 중", "{name} is stopping"),
    "service_stopped": ("{name} 아직 시작되지 않음", "{name} is not started yet"),
    "service_dead": ("{name} 종료됨", "{name} has ended"),
    "service_hung": ("{name} 응답 없음, 교체 중", "{name} hangs and is being replaced"),
    "service_slowed": (
        "{name} 반복해서 종료됨 ({why}): `service-orchestrator logs {name}` 확인",
        "{name} keeps ending ({why}): see `service-orchestrator logs {name}`",
    ),
    "service_error": ("{name}: {error}", "{name}: {error}"),
    "folder_missing": ("폴더 감시 불가 ({folder}): {problem}", "folder {folder} cannot be watched: {problem}"),
}
"""Why the node is not well."""

MONITOR: Sentences = {
    "alert_raised": ("알람 발생: {key} ({severity})", "alert: {key} ({severity})"),
    "alert_resolved": ("알람 해제: {key}", "alert over: {key}"),
    "alerts_failed": (
        "알람을 저장할 수 없음: {error}; 다시 시도함",
        "alerts cannot be kept: {error}; trying again",
    ),
    "flow": ("이미지 흐름 {folder}: {state}", "images of {folder}: {state}"),
    "adopted": ("{name} 인계받음 (pid {pid})", "took over {name} (pid {pid})"),
    "launched": ("{name} 실행 (pid {pid})", "launched {name} (pid {pid})"),
    "proved": ("{name} 준비 완료 ({took_ms} ms)", "{name} is ready ({took_ms} ms)"),
    "ended": ("{name} 종료됨: {why}", "{name} has ended: {why}"),
    "replaced": ("{name} 종료됨: {why}; 바로 다시 시작", "{name} has ended: {why}; starting it again at once"),
    "slowed": (
        "{name} 반복해서 종료됨: {why}; {delay_s}초 후 다시 시도",
        "{name} keeps ending: {why}; trying again in {delay_s} s",
    ),
    "hung": (
        "{name} {silent_s}초 동안 응답 없음 (pid {pid}): 스택을 로그에 남기고 교체",
        "{name} has been silent for {silent_s} s (pid {pid}): its stack goes into its log, and it is replaced",
    ),
    "not_launched": ("{name} 실행 실패: {error}", "{name} could not be launched: {error}"),
    "health": ("상태 {status}: {reason}", "health {status}: {reason}"),
    "command": ("명령: {what}", "command: {what}"),
    "stood_still": (
        "모니터가 {lost_s}초 동안 멈춰 있었음: 그동안의 무응답은 세지 않음",
        "the monitor itself stood still for {lost_s} s: nobody's silence in that time counts",
    ),
    "metrics_listening": ("메트릭 제공 시작: {bind}:{port}", "metrics are served on {bind}, port {port}"),
    "metrics_failed": (
        "메트릭 포트를 열 수 없음 ({bind}:{port}): {error}; 계속 시도함, metrics.port로 바꿀 수 있음",
        "metrics cannot be served on {bind}, port {port}: {error}; trying on, metrics.port sets another",
    ),
    "scrape_failed": ("메트릭을 만들 수 없음: {error}", "the figures for a scrape could not be made: {error}"),
    "storage_hangs": ("저장소 응답 없음: {what}", "the storage does not answer: {what}"),
    "storage_answers": ("저장소가 다시 응답함: {what}", "the storage answers again: {what}"),
    "probe_ended": (
        "저장소를 살피는 프로세스가 종료됨: 다시 시작",
        "the process that looks at storage has ended: starting it again",
    ),
    "supervisord_silent": ("supervisord 응답 없음: {error}", "supervisord does not answer: {error}"),
}
"""The monitor's log."""

PROGRESS: Sentences = {
    "busy": (
        "다른 변경이 진행 중: {what}; 잠시 후 다시 시도",
        "another change is under way: {what}; try again shortly",
    ),
    "stopping": ("{name} 종료 중", "{name}: stopping"),
    "starting": ("{name} 시작 중", "{name}: starting"),
    "is_ready": ("{name} 준비 완료", "{name}: ready"),
    "removed": ("{name} 제거됨", "{name}: removed"),
    "restarted": ("{names} 재시작 완료", "{names} restarted"),
    "not_stopped": ("{name}: 종료되지 않음", "{name} does not end"),
    "not_ready": (
        "{name}: {patience_s}초 안에 준비되지 않음, 계속 시도 중; `service-orchestrator logs {name}` 확인",
        "{name} was not ready within {patience_s} s; it is tried on: see `service-orchestrator logs {name}`",
    ),
    "scaled": ("{service} 프로세스: {count}개", "{service} processes: {count}"),
    "reloaded": ("게이트웨이를 끊김 없이 모두 교체함", "every gateway was replaced, and at no moment there was none"),
    "reload_kept": (
        "중단함, {name} 준비되지 않음; 계속 서비스 중: {others}",
        "stopped, as {name} did not get ready; {others} went on serving",
    ),
    "monitor_restarts": ("모니터가 다시 시작됨", "the monitor starts again"),
}
"""The monitor's answers to commands."""
