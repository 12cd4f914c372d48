"""The thumbnailer's log lines, Korean and English."""

from services.shared.logs import Sentences

SENTENCES: Sentences = {
    "no_catalog": ("카탈로그를 기다리는 중: {error}", "waiting for the catalog: {error}"),
    "preview_made": ("미리보기 생성 ({kind}): {filename}, {ms} ms", "previews made ({kind}): {filename}, {ms} ms"),
    "poison": (
        "미리보기를 만들 수 없음, 다시 시도하지 않음 ({kind}): {filename} - {why}",
        "no preview can be made, and none will be tried again ({kind}): {filename} - {why}",
    ),
    "decode_timeout": (
        "디코딩이 {limit_s}초를 넘겨 프로세스를 끝냄 ({attempt}/{most}회) ({kind}): {filename}",
        "ending this process: decoding took longer than {limit_s} s (attempt {attempt} of {most}) ({kind}): {filename}",
    ),
    "out_of_memory": (
        "디코딩 중 메모리가 부족해 프로세스를 끝냄 ({attempt}/{most}회) ({kind}): {filename}",
        "ending this process: decoding ran out of memory (attempt {attempt} of {most}) ({kind}): {filename}",
    ),
    "image_unreadable": (
        "이미지를 읽을 수 없음: {error}; 다시 시도함",
        "an image cannot be read: {error}; trying again",
    ),
    "work_failed": (
        "미리보기를 저장할 수 없음: {error}; 다시 시도함",
        "previews cannot be kept: {error}; trying again",
    ),
    "previews_withheld": (
        "미리보기 {held}개 중 {count}개의 이미지가 카탈로그에 없음: 지우지 않음, 카탈로그를 확인; "
        "맞다면 `service-orchestrator retention --confirm`",
        "of {held} images with previews the catalog does not have {count}: their previews are kept, see the catalog; "
        "if that is right, `service-orchestrator retention --confirm`",
    ),
    "works_again": ("미리보기 저장이 다시 됨", "previews can be kept again"),
}

REASONS: Sentences = {
    "ended_workers": ("작업 프로세스를 {count}번 종료시킴", "it ended {count} workers"),
    "read_slow": ("{filename}: {limit_s}초 넘게 읽는 중", "{filename}: being read for more than {limit_s} s"),
}
"""What stands in place of {why}, and in heartbeats."""
