"""The janitor's log lines, Korean and English."""

from services.shared.logs import Sentences

SENTENCES: Sentences = {
    "no_catalog": ("카탈로그를 기다리는 중: {error}", "waiting for the catalog: {error}"),
    "deleted": (
        "오래된 이미지 {count}개 삭제, {megabytes} MB ({why})",
        "deleted {count} old images, {megabytes} MB ({why})",
    ),
    "reencoded": (
        "이미지를 작게 다시 저장 ({kind}): {filename}, {saved_bytes}바이트 절약",
        "image made smaller ({kind}): {filename}, {saved_bytes} bytes less",
    ),
    "not_reencoded": (
        "이미지를 그대로 둠 ({kind}): {filename} - {why}",
        "image left as it is ({kind}): {filename} - {why}",
    ),
    "not_smaller": (
        "이미지를 다시 저장할 수 없음: {error}; 나중에 계속함",
        "images cannot be made smaller: {error}; going on later",
    ),
    "nothing_left": (
        "디스크 여유가 retention.keep_free_percent보다 적고, 지울 수 있는 이미지가 더 없음: "
        "디스크를 차지하는 다른 파일과 고정된 이미지를 확인",
        "less is free than retention.keep_free_percent, and no image is left that may go: "
        "see what else fills the disk, and what is pinned",
    ),
    "cannot_delete": (
        "이미지를 지울 수 없음: {error}; 다시 시도함",
        "images cannot be deleted: {error}; trying again",
    ),
    "too_many": (
        "절반이 넘게 사라져 정리를 멈춤 ({error}): 맞다면 `service-orchestrator retention --confirm`",
        "more than half is gone, so nothing is tidied up ({error}): "
        "if that is right, `service-orchestrator retention --confirm`",
    ),
    "unstuck": ("정리가 다시 됨", "retention works again"),
    "not_noted": (
        "삭제 기록을 쓸 수 없음: {error}; 이미지는 계속 지움",
        "what is being deleted cannot be written down: {error}; images go nevertheless",
    ),
    "decoder_lost": (
        "이미지 한 장을 {limit_s}초 넘게 다시 저장하는 중이라 프로세스를 끝냄",
        "ending this process: one image took longer than {limit_s} s to make smaller",
    ),
}

REASONS: Sentences = {
    "frees_nothing": (
        "지워도 여유가 생기지 않아 멈춤: 스냅숏이 지운 파일을 붙들고 있는지 확인",
        "deleting makes no room, so it has stopped: does a snapshot hold what is deleted?",
    ),
    "storage_hangs": ("저장소가 {for_s}초 넘게 응답하지 않음", "storage has not answered for {for_s} s"),
}
"""What stands in place of {error}, and in heartbeats."""
