"""What the doctor says, Korean and English: what is wrong and how to mend it."""

from __future__ import annotations

from services.shared.logs import Sentences

DOCTOR: Sentences = {
    "looking": ("점검 중 ...", "looking ..."),
    "nothing": ("이상 없음", "nothing is wrong"),
    "made": (
        "점검 자료: {path} ({size}); 비밀 정보는 가려져 있으므로 지원 담당자에게 보내도 됩니다",
        "support bundle: {path} ({size}); secrets are masked in it, so it can be sent to whoever helps",
    ),
    "late": (
        "{part}: {within_s:g}초 안에 응답 없음. 저장소나 프로세스가 멈췄을 수 있음: `dmesg -T | tail`과 마운트 확인",
        "{part} did not answer within {within_s:g} s: storage or a process may hang; see `dmesg -T | tail` and mounts",
    ),
    "failed": ("{part}: 점검하지 못함 ({error})", "{part} could not be looked at ({error})"),
    "settings_wrong": (
        "설정을 사용할 수 없음: {error}. 기본 설정으로 점검했습니다",
        "the settings cannot be used: {error}. The rest was looked at with the defaults",
    ),
    "unfit": ("시작할 수 없는 상태: {text}", "a node could not start: {text}"),
    "not_running": (
        "{state}에서 실행 중인 노드가 없음. 시작: `systemctl start coilcast` 또는 `service-orchestrator up`",
        "no node runs on {state}. Start it: `systemctl start coilcast`, or `service-orchestrator up`",
    ),
    "monitor_silent": (
        "모니터가 응답하지 않음: `service-orchestrator logs monitor`; 10초 후에도 그대로면 다시 시작하십시오",
        "the monitor does not answer: see `service-orchestrator logs monitor`; start the node again if it stays so",
    ),
    "unwell": ("노드 상태: {reason}", "the node is not well: {reason}"),
    "restarted": (
        "{name}: 시작 후 {count}번 다시 시작됨. 원인은 `service-orchestrator logs {name}`",
        "{name} was started again {count} times. Why: `service-orchestrator logs {name}`",
    ),
    "alert": ("알람: {summary}. {advice}", "alert: {summary}. {advice}"),
    "damaged": (
        "{name} 손상됨: 노드를 멈추고 백업을 복원하십시오 (`service-orchestrator restore`); "
        "백업이 없으면 파일을 옮겨 두고 시작하십시오",
        "{name} is damaged: end the node and put a backup back (`service-orchestrator restore`); without one, move the "
        "file away and start",
    ),
    "unreadable": ("데이터베이스를 읽을 수 없음: {error}", "a database cannot be read: {error}"),
    "errors": (
        "{name}: 최근 로그에 오류 {count}건. `service-orchestrator logs {name}`",
        "{name}: {count} errors in the latest log. `service-orchestrator logs {name}`",
    ),
    "disk_low": (
        "{path}: 남은 {what} {percent} %. 공간을 확보하거나 `service-orchestrator retention --dry-run`을 보십시오",
        "{path}: {percent} % of the {what} are free. Make room, or see `service-orchestrator retention --dry-run`",
    ),
    "inotify_low": (
        "fs.inotify.{name} = {value}: 너무 작음. `sysctl fs.inotify.{name}={least}` 이상으로 올리십시오",
        "fs.inotify.{name} is {value}, which is little: raise it with `sysctl fs.inotify.{name}={least}`",
    ),
    "descriptors_low": (
        "열 수 있는 파일 수 {value}: 너무 작음. LimitNOFILE을 {least} 이상으로 올리십시오",
        "no more than {value} files can be open: raise LimitNOFILE to {least} or more",
    ),
    "clock_free": (
        "서버 시계가 동기화되지 않음: `timedatectl`로 NTP를 확인하십시오",
        "nobody keeps the server's clock right: see `timedatectl` and set up NTP",
    ),
}
