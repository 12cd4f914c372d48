"""What `backup` and `restore` say, Korean and English."""

from __future__ import annotations

from services.shared.logs import Sentences

BACKUP: Sentences = {
    "copying": ("{name}: {percent} % 복사됨", "{name}: {percent} % copied"),
    "copied": ("{name}: 복사 및 검사 완료 ({size})", "{name}: copied and checked ({size})"),
    "packing": ("압축 중 ({size}) ...", "packing {size} ..."),
    "made": (
        "백업 완료: {path} ({size}); 설정의 비밀 정보가 들어 있으므로 안전한 곳에 보관하십시오",
        "backup made: {path} ({size}); the settings in it may hold secrets: keep it in a safe place",
    ),
    "checked": ("{name}: 검사 완료", "{name}: checked"),
    "decisions_kept": (
        "백업 후에 만든 고정 {pins}개와 토큰 폐기 {revoked}건은 그대로 유지됨",
        "{pins} pins that were made since the backup stay, and {revoked} tokens that were revoked since stay revoked",
    ),
    "decisions_lost": (
        "지금의 {name}을 읽을 수 없음: 백업 후의 고정은 사라지고, "
        "그 후에 폐기한 토큰은 다시 유효함. 시작하기 전에 확인",
        "{name} as it is cannot be read: pins made since the backup are gone, and tokens revoked since count again; "
        "see to both before the start",
    ),
    "put_back": ("{name}: 복원됨 (이전 파일: {kept})", "{name}: put back (what was there: {kept})"),
    "restored": (
        "{at}의 백업이 복원됨. `service-orchestrator up`으로 시작하면 그 후의 이미지는 폴더에서 다시 찾습니다",
        "restored as of {at}. Start it: `service-orchestrator up`; images that came since are found in the folders",
    ),
    "settings_left": (
        "설정 파일은 그대로 둠; 백업의 설정도 복원하려면 --with-settings",
        "the settings file was left as it is; --with-settings puts back that of the backup, too",
    ),
}
