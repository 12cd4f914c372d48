"""The gateway's log lines and the reasons it gives, Korean and English."""

from __future__ import annotations

from services.shared.logs import Sentences

SENTENCES: Sentences = {
    "operations_failed": ("운영 기록을 읽을 수 없음: {error}", "what people decided cannot be read: {error}"),
    "unpinned": ("고정 {pin} 해제됨: {by}", "pin {pin} was ended by {by}"),
    "listening": ("대기 중: http://{bind}:{port}/", "listening on http://{bind}:{port}/"),
    "no_catalog": ("카탈로그를 기다리는 중: {error}", "waiting for the catalog: {error}"),
    "broadcast": (
        "이미지 브로드캐스트: {filename} ({clients}개 클라이언트)",
        "image broadcast: {filename} ({clients} clients)",
    ),
    "line_said": ("라인 상태 {state} (카메라 {camera}): {by}", "the line is {state} (camera {camera}), says {by}"),
    "connected": ("클라이언트 연결됨: {address} (현재 {clients}개)", "client connected: {address} ({clients} now)"),
    "left": ("클라이언트 연결 종료: {address} (현재 {clients}개)", "client left: {address} ({clients} now)"),
    "too_slow": (
        "읽지 않는 클라이언트 연결 종료: {address} ({stuck_s}초)",
        "closing a client that does not read: {address} ({stuck_s} s)",
    ),
    "no_descriptors": (
        "연결이 너무 많아 새 연결을 거부함 (현재 {clients}개 클라이언트); "
        "열린 파일 한도(LimitNOFILE, ulimit -n)를 늘려야 함",
        "too many connections, turning new ones away ({clients} clients now); raise the limit of open files "
        "(LimitNOFILE, ulimit -n)",
    ),
    "origin_refused": (
        "허용되지 않은 출처의 연결 거부: {origin}; 필요하면 gateway.allowed_origins에 추가",
        "refused a connection from {origin}; if it is wanted, add it to gateway.allowed_origins",
    ),
    "catalog_failed": (
        "카탈로그를 읽을 수 없음: {error}; 다시 시도함",
        "the catalog cannot be read: {error}; trying again",
    ),
    "alerts_failed": (
        "알람을 읽을 수 없음: {error}; 다시 시도함 (이미지에는 영향 없음)",
        "the alerts cannot be read: {error}; trying again (images are not affected)",
    ),
    "deliveries_failed": (
        "이미지 전송·표시 시각을 기록할 수 없음: {error}; 다시 시도함",
        "when images were sent and shown cannot be written down: {error}; trying again",
    ),
    "upload_refused": (
        "업로드 거부 ({who}): {status} {why}",
        "upload refused ({who}): {status} {why}",
    ),
    "upload_failed": (
        "업로드를 저장할 수 없음: {error}; 이미지 폴더의 권한과 마운트를 확인",
        "an upload cannot be written: {error}; check the rights and the mount of the image folder",
    ),
    "tokens_failed": (
        "업로드 토큰을 확인할 수 없음: {error}",
        "the tokens of uploads cannot be read: {error}",
    ),
    "request_failed": ("요청 처리 실패: {request}: {error}", "request failed: {request}: {error}"),
    "library": ("{text}", "{text}"),
    "panel_missing": (
        "패널이 빌드되지 않음: ops/prepare 실행",
        "the panel is not built: run ops/prepare",
    ),
}

REASONS: Sentences = {
    "catalog_unreadable": ("카탈로그를 읽을 수 없음: {error}", "the catalog cannot be read: {error}"),
    "watcher_silent": ("감시 프로세스(watcher)의 응답이 없음", "nothing is heard of the watcher"),
    "monitor_silent": ("모니터의 응답이 없음", "nothing is heard of the monitor"),
    "no_image_yet": ("아직 이미지가 없음", "no image has come yet"),
    "stalled_unknown": ("이미지가 오지 않음, 원인 확인 중", "no images come; the reason is being looked for"),
    "stalled": ("{age_s}초 동안 새 이미지 없음", "no image for {age_s} s"),
}
