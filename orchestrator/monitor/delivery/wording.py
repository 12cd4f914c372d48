"""What messages about alerts say, and the log about them, Korean and English."""

from __future__ import annotations

from services.shared.logs import Sentences

MESSAGE: Sentences = {
    "raised": ("발생", "alert"),
    "changed": ("변경", "changed"),
    "resolved": ("해제", "resolved"),
    "test": ("시험", "test"),
    "critical": ("심각", "critical"),
    "warning": ("경고", "warning"),
    "info": ("정보", "info"),
    "what": ("내용", "what"),
    "where": ("위치", "where"),
    "camera": ("카메라 {name}", "camera {name}"),
    "type": ("종류 {name}", "type {name}"),
    "service": ("서비스 {name}", "service {name}"),
    "node": ("노드 {name}", "node {name}"),
    "since": ("시작", "since"),
    "over": ("해제", "over"),
    "lasted": ("{at} ({minutes}분 지속)", "{at} (lasted {minutes} min)"),
    "advice": ("조치", "do next"),
    "runbook": ("절차서", "runbook"),
    "panel": ("패널", "panel"),
    "test_what": (
        "시험 메시지입니다: 알람이 이 주소로 전달됩니다. 조치할 것은 없습니다.",
        "This is a test: alerts arrive at this address. There is nothing to do.",
    ),
}
"""A message about an alert."""

LOG: Sentences = {
    "delivered": ("알람 전송: {key} ({transition}) → {address}", "alert sent: {key} ({transition}) → {address}"),
    "not_delivered": (
        "알람 전송 실패: {key} ({transition}) → {address}: {error}; {in_s}초 후 다시 시도",
        "alert not sent: {key} ({transition}) → {address}: {error}; trying again in {in_s} s",
    ),
    "given_up": (
        "알람 전송 포기: {key} ({transition}) → {address}: {error}; 하루 동안 {attempts}번 시도함",
        "alert given up: {key} ({transition}) → {address}: {error}; tried {attempts} times in a day",
    ),
    "delivery_failed": (
        "알람 전송을 준비할 수 없음: {error}; 다시 시도함",
        "no alert can be sent: {error}; trying again",
    ),
    "dead_man_failed": (
        "생존 신호(alerts.dead_man_url) 전송 실패: {error}; 계속 시도함",
        "the ping that says we live (alerts.dead_man_url) fails: {error}; trying on",
    ),
    "dead_man_again": ("생존 신호 전송 재개", "the ping that says we live arrives again"),
}
"""The monitor's log."""

ERRORS: Sentences = {
    "unknown_address": (
        "apprise가 이해하지 못하는 주소",
        "this is no address that apprise knows",
    ),
    "no_answer": ("{patience_s}초 안에 응답 없음", "no answer within {patience_s} s"),
    "no_time": ("시간이 부족해 시도하지 못함", "there was no time to try"),
    "refused": ("전송되지 않음", "it was not taken"),
    "notifier_ended": ("전송 프로세스 종료됨 (코드 {code})", "the process that sends has ended (code {code})"),
}
"""Why a message did not arrive."""
