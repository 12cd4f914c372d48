"""What `pin`, `unpin`, `pins` and `retention` say, Korean and English."""

from services.shared.logs import Sentences

RETENTION: Sentences = {
    "id": ("번호", "id"),
    "what": ("대상", "what"),
    "by": ("고정한 사람", "by"),
    "at": ("시각", "at"),
    "note": ("메모", "note"),
    "coil_of": ("코일 {coil}", "coil {coil}"),
    "pinned": (
        "고정 {id}: {what} (해제: `service-orchestrator unpin {id}`)",
        "pin {id}: {what} stays (end it: `service-orchestrator unpin {id}`)",
    ),
    "unpinned": ("고정 {id} 해제함: {what}", "pin {id} is over: {what}"),
    "no_pins": ("고정된 이미지 없음", "nothing is pinned"),
    "camera": ("카메라", "camera"),
    "kind": ("종류", "kind"),
    "images": ("이미지", "images"),
    "size": ("크기", "size"),
    "oldest": ("가장 오래된 것", "oldest"),
    "limits": ("한도", "limits"),
    "goes": ("삭제 대상", "goes"),
    "why": ("이유", "why"),
    "from": ("부터", "from"),
    "to": ("까지", "to"),
    "no_limit": ("없음", "none"),
    "limit_age": ("{days:g}일", "{days:g} days"),
    "limit_count": ("{count}개", "{count} images"),
    "age": ("나이", "age"),
    "count": ("개수", "count"),
    "bytes": ("용량", "bytes"),
    "watermark": ("디스크 여유", "watermark"),
    "enabled": ("보관 정리: 켜짐", "retention is on"),
    "disabled": (
        "보관 정리: 꺼짐 (retention.enabled = false): 아무것도 지워지지 않음",
        "retention is off (retention.enabled = false): nothing is deleted",
    ),
    "disk": (
        "{path}: {free} 남음 ({percent:.1f} %), 유지할 여유 {keep:g} %",
        "{path}: {free} free ({percent:.1f} %), {keep:g} % are to stay free",
    ),
    "rate": (
        "  최근 {window} 동안 하루 {per_day}; 아무것도 지우지 않으면 {when} 후 가득 참",
        "  {per_day} a day over the last {window}; without retention full in {when}",
    ),
    "no_rate": (
        "  최근에 들어온 이미지가 적어 언제 가득 찰지 알 수 없음",
        "  too few images came lately to tell when it would be full",
    ),
    "would_go": (
        "지금 지워질 이미지: {count}개, {size}",
        "would go now: {count} images, {size}",
    ),
    "nothing_goes": ("지금 지워질 이미지 없음", "nothing would go now"),
    "still_short": (
        "그래도 {path}의 여유가 {missing} 모자람: 지울 수 있는 이미지가 더 없음",
        "and {path} would still be {missing} short: no image is left that may go",
    ),
    "kept": (
        "가장 새 이미지, 고정된 이미지와 그 짝은 남음",
        "The newest images, the pinned ones and what belongs to them stay",
    ),
    "looking": ("이미지 {count}개 확인 ...", "looked at {count} images ..."),
    "janitor": (
        "시작한 뒤 이미지 {count}개 삭제 ({size}), {reencoded}개를 작게 다시 저장",
        "since its start the janitor has deleted {count} images ({size}) and made {reencoded} smaller",
    ),
    "stuck": ("막힘: {reason} {error}", "stuck: {reason} {error}"),
    "confirmed": (
        "확인함: {what}. 곧 정리됨",
        "confirmed: {what}. It is tidied up in a moment",
    ),
    "nothing_to_confirm": ("확인할 것이 없음", "there is nothing to confirm"),
}
