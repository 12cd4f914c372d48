"""Why an upload is not taken, Korean for the log and English for the client."""

from services.shared.logs import Sentences
from services.shared.rejects import REJECTS

REFUSALS: Sentences = {
    **REJECTS,
    "truncated": ("잘린 이미지: 끝부분이 없음", "cut off: the end of the image is missing"),
    "no_token": (
        "`Authorization: Bearer <토큰>`이 필요함; `service-orchestrator tokens add`로 만듦",
        "uploads need `Authorization: Bearer <token>`; `service-orchestrator tokens add` makes one",
    ),
    "no_kind": ("{kind} 종류가 없음; 가능한 종류: {kinds}", "there is no type {kind}; there are: {kinds}"),
    "bad_camera": (
        "camera는 `main` 또는 카메라 폴더의 이름이어야 함",
        "camera is to be `main` or the name of a camera's folder",
    ),
    "no_camera": (
        "카메라 {camera}가 없음; {camera}/{kind} 폴더를 만들어야 함",
        "there is no camera {camera}; make its folder {camera}/{kind}",
    ),
    "no_folder": (
        "저장할 폴더가 없음; 저장소의 마운트를 확인",
        "the folder for it is not there; is the storage mounted?",
    ),
    "name_not_utf8": ("filename이 UTF-8이 아님", "filename is not UTF-8"),
    "name_has_path": ("filename은 경로 없는 이름이어야 함", "filename is to be a name, without a path"),
    "name_has_controls": ("filename에 쓸 수 없는 문자가 있음", "filename has characters that no name may have"),
    "name_too_long": ("filename이 {most}바이트보다 김", "filename is longer than {most} bytes"),
    "name_ignored": (
        "filename이 숨김 또는 임시 이름이라 무시됨; 첫 점이나 `.tmp`를 빼야 함",
        "filename is hidden or temporary: it would be ignored; leave out the first dot or `.tmp`",
    ),
    "name_ending": ("filename의 확장자는 다음 중 하나여야 함: {endings}", "filename is to end with one of: {endings}"),
    "is_form": (
        "양식이 아니라 이미지 자체를 본문으로 보내야 함: curl --data-binary @image.jpg",
        "send the image itself as the body, not a form: curl --data-binary @image.jpg",
    ),
    "bad_type": (
        "Content-Type은 다음 중 하나여야 함: {types}; 또는 application/octet-stream",
        "Content-Type is to be one of: {types}; or application/octet-stream",
    ),
    "type_and_name": (
        "Content-Type은 {said}, filename의 확장자는 {ending}",
        "Content-Type says {said}, filename ends with {ending}",
    ),
    "content_and_name": (
        "내용은 {found}, filename의 확장자는 {ending}",
        "the content is {found}, filename ends with {ending}",
    ),
    "content_and_type": ("내용은 {found}, Content-Type은 {said}", "the content is {found}, Content-Type says {said}"),
    "empty_body": ("본문이 비어 있음", "the body is empty"),
    "too_long": (
        "{most}바이트보다 큼 (images.max_file_size_bytes)",
        "larger than {most} bytes (images.max_file_size_bytes)",
    ),
    "too_slow": ("초당 {least}바이트보다 느림", "slower than {least} bytes a second"),
    "name_taken": (
        "{filename} 이름의 다른 파일이 있음; 다른 이름을 써야 함",
        "there is another file called {filename}; give this one another name",
    ),
    "taken_away": (
        "쓰는 동안 파일이 사라짐; 다시 보내야 함",
        "the file was taken away while it was written; send it again",
    ),
    "disk_full": (
        "이미지 디스크가 가득 참; 공간을 비우거나 보관 기간을 줄여야 함",
        "the disk for images is full; make room, or shorten the retention",
    ),
    "disk_silent": (
        "디스크가 {after_s:g}초 동안 응답하지 않음; 다시 시도",
        "the disk did not answer for {after_s:g} s; try again",
    ),
    "too_many": (
        "이미 {most}개를 업로드하는 중; 잠시 후 다시 시도",
        "{most} uploads are under way already; try again in a moment",
    ),
    "failed": (
        "지금은 업로드를 받을 수 없음; 사유는 로그에 있음; 다시 시도",
        "uploads cannot be taken at the moment; the log says why; try again",
    ),
}
