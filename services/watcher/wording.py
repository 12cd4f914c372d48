"""The watcher's log lines, Korean and English."""

from services.shared.logs import Sentences

SENTENCES: Sentences = {
    "image_seen": ("새 이미지 파일 감지 ({kind}): {filename}", "new image file ({kind}): {filename}"),
    "image_changed": ("이미지 파일 변경됨 ({kind}): {filename}", "image file changed ({kind}): {filename}"),
    "image_removed": ("이미지 파일 삭제됨 ({kind}): {filename}", "image file removed ({kind}): {filename}"),
    "image_rejected": (
        "이미지로 받지 않음 ({kind}): {filename} - {why}",
        "not taken as an image ({kind}): {filename} - {why}",
    ),
    "folder_armed": ("폴더 감시 시작 ({folder}, {mode}): {path}", "watching folder ({folder}, {mode}): {path}"),
    "folder_missing": (
        "폴더를 볼 수 없음 ({folder}): {path} - {problem}; 나타나면 감시를 시작함",
        "folder cannot be watched ({folder}): {path} - {problem}; watched as soon as it is there",
    ),
    "folder_empty": (
        "폴더가 비어 있으나 카탈로그에는 이미지 {count}개 있음 ({folder}): 마운트가 빠졌는지 확인",
        "the folder is empty, yet the catalog has {count} images of it ({folder}): is a mount missing?",
    ),
    "gone_withheld": (
        "카탈로그의 이미지 {expected}개 중 {count}개의 파일이 없음 ({folder}): 카탈로그에서 지우지 않음; "
        "마운트가 빠졌는지 확인, 지운 것이 맞다면 `service-orchestrator retention --confirm`",
        "{count} of {expected} images of the catalog have no file ({folder}): kept in the catalog, is a mount missing? "
        "If they were deleted, `service-orchestrator retention --confirm`",
    ),
    "gone_confirmed": (
        "없는 파일의 이미지를 카탈로그에서 지움 ({folders})",
        "images without a file leave the catalog, as was confirmed ({folders})",
    ),
    "events_lost": (
        "파일 이벤트 유실 ({folder}): 폴더를 다시 비교함",
        "file events were lost ({folder}): comparing the folder again",
    ),
    "import_started": (
        "기존 이미지 {count}개 가져오기 시작 ({folder})",
        "importing {count} images that were there already ({folder})",
    ),
    "import_done": ("기존 이미지 가져오기 완료 ({folder})", "import finished ({folder})"),
    "catalog_failed": (
        "카탈로그에 기록할 수 없음: {error}; 다시 시도함",
        "the catalog cannot be written: {error}; trying again",
    ),
    "catalog_works": ("카탈로그 기록이 다시 됨", "the catalog can be written again"),
}
