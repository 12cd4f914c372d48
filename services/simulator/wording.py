"""The simulator's log lines, Korean and English."""

from services.shared.logs import Sentences

SENTENCES: Sentences = {
    "playing": (
        "카메라 재생 시작 ({camera}): {width} x {height}, 초당 {rate:g}장",
        "playing camera {camera}: {width} x {height}, {rate:g} per second",
    ),
    "coil_begins": ("코일 {coil} 시작 ({colour})", "coil {coil} begins ({colour})"),
    "folder_failed": (
        "이미지를 쓸 수 없음 ({kind}): {path} - {problem}; 계속 다시 시도함",
        "images cannot be written ({kind}): {path} - {problem}; trying again with each",
    ),
    "folder_works": ("이미지를 다시 쓸 수 있음 ({kind}): {path}", "images can be written again ({kind}): {path}"),
}

_COLOURS = {
    "sea_blue": ("바다색", "sea blue"),
    "ivory": ("아이보리", "ivory"),
    "brick_red": ("벽돌색", "brick red"),
    "silver_grey": ("은회색", "silver grey"),
    "dark_green": ("진녹색", "dark green"),
    "sky_blue": ("하늘색", "sky blue"),
    "charcoal": ("차콜색", "charcoal"),
    "terracotta": ("적갈색", "terracotta"),
    "moss_green": ("이끼색", "moss green"),
    "snow_white": ("설백색", "snow white"),
}


def colour_text(colour: str, *, korean: bool) -> str:
    """A coil's colour, for people."""
    return _COLOURS[colour][0 if korean else 1]
