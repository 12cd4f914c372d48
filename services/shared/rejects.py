"""Why a file is not taken as an image, Korean and English: each reason has a word for counters and lists."""

from services.shared.logs import Sentences

REJECTS: Sentences = {
    "too_large": ("파일이 images.max_file_size_bytes보다 큼", "larger than images.max_file_size_bytes"),
    "too_many_pixels": ("화소 수가 images.max_megapixels보다 많음", "more pixels than images.max_megapixels"),
    "not_an_image": ("JPEG, PNG, WebP, BMP 이미지가 아님", "not a JPEG, PNG, WebP or BMP image"),
    "wrong_ending": ("내용이 확장자와 다름", "the content is not what the name's ending says"),
    "truncated": ("끝이 잘린 파일, 더 이상 커지지 않음", "cut off, and no longer growing"),
    "empty": ("빈 파일", "empty"),
    "link_outside": ("폴더 밖을 가리키는 링크", "a link that leaves the folder"),
    "not_a_file": ("일반 파일이 아님", "not a regular file"),
    "unreadable": ("읽을 수 없음, 권한을 확인", "cannot be read; check its rights"),
    "bad_name": ("이름이 UTF-8이 아님", "the name is not UTF-8"),
}


def reject_text(reason: str, *, korean: bool) -> str:
    """Why a file is not taken, for people; `reason` is a key of REJECTS."""
    return REJECTS[reason][0 if korean else 1]
