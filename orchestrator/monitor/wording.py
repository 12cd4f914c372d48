"""What alerts say, and what to do next: `<sentence>` and `<sentence>_advice`, in Korean and English."""

from __future__ import annotations

from services.shared.logs import Sentences

STALLS: Sentences = {
    "stall": ("{folder}: {after_s:g}초 동안 이미지 없음 - {why}", "{folder}: no image for {after_s:g} s - {why}"),
    "storage_unmounted": ("저장소 마운트가 해제됨 ({mount})", "the storage is no longer mounted at {mount}"),
    "storage_unmounted_advice": (
        "`findmnt {mount}`로 확인하고 `mount {mount}`로 다시 마운트하십시오; 이미지는 저절로 이어집니다",
        "Check with `findmnt {mount}`, and mount it again with `mount {mount}`; images then go on by themselves",
    ),
    "storage_replaced": (
        "{mount}에 다른 저장소가 마운트됨 (이전 {was}, 현재 {now})",
        "another filesystem is mounted at {mount} (before: {was}, now: {now})",
    ),
    "storage_replaced_advice": (
        "`findmnt {mount}`로 확인하고 카메라가 쓰는 저장소를 마운트하십시오; "
        "일부러 바꾼 것이면 카메라도 새 저장소에 쓰게 하십시오",
        "Check with `findmnt {mount}`, and mount the storage that the camera writes to; "
        "if it was changed on purpose, have the camera write to the new one",
    ),
    "storage_hangs": ("저장소 응답 없음 ({mount})", "the storage at {mount} does not answer"),
    "storage_hangs_advice": (
        "저장소 서버(NAS)와 그 네트워크를 확인하십시오, `dmesg -T | tail`에 원인이 보일 수 있습니다; "
        "응답하면 저절로 이어집니다",
        "Check the storage server and the network to it, `dmesg -T | tail` may show more; "
        "images go on by themselves once it answers",
    ),
    "disk_full": ("디스크가 가득 참 ({mount})", "the disk is full ({mount})"),
    "disk_full_advice": (
        "`df -h {mount}`로 무엇이 차지하는지 보고 공간을 확보하십시오; "
        "`service-orchestrator retention --dry-run`이 지울 수 있는 이미지를 보여 줍니다",
        "See with `df -h {mount}` what fills it and make room; "
        "`service-orchestrator retention --dry-run` shows which images could go",
    ),
    "inodes_full": ("inode를 모두 사용함 ({mount})", "the filesystem has no inode left ({mount})"),
    "inodes_full_advice": (
        "`df -i {mount}`로 확인하고, 작은 파일이 많은 폴더를 찾아 정리하십시오",
        "Check with `df -i {mount}`, then find the folder with the many small files and clear it",
    ),
    "folder_missing": ("이미지 폴더가 없음", "the image folder is missing"),
    "folder_missing_advice": (
        "폴더가 지워졌거나 이름이 바뀌었는지 확인하고 다시 만드십시오 (경로: `service-orchestrator check`); "
        "감시는 저절로 시작됩니다",
        "Find out whether it was deleted or renamed and make it again (`service-orchestrator check` shows the path); "
        "it is then watched by itself",
    ),
    "folder_unreadable": ("이미지 폴더를 읽을 수 없음 ({error})", "the image folder cannot be read ({error})"),
    "folder_unreadable_advice": (
        "`ls -ld`로 폴더와 상위 폴더의 권한을 확인하고 coilcast를 실행하는 계정이 읽을 수 있게 하십시오",
        "Check the rights of the folder and of those above it with `ls -ld`, "
        "and let the account that runs coilcast read it",
    ),
    "watcher_dead": ("감시 프로세스(watcher-0)가 실행되지 않음", "the watcher does not run"),
    "watcher_dead_advice": (
        "`service-orchestrator logs watcher`에서 원인을 찾아 제거하십시오; 그 후에는 저절로 다시 시작됩니다",
        "Find the cause in `service-orchestrator logs watcher` and mend it; the watcher then starts again by itself",
    ),
    "watcher_hung": ("감시 프로세스(watcher-0)가 응답하지 않음", "the watcher hangs"),
    "watcher_hung_advice": (
        "잠시 후에도 그대로면 `service-orchestrator restart watcher`를 실행하고, 로그에 남은 스택을 개발자에게 "
        "전달하십시오",
        "If it has not been replaced in a minute, run `service-orchestrator restart watcher`; "
        "keep the stack in its log for the developers",
    ),
    "watcher_blind": (
        "감시 프로세스가 새 파일을 보지 못함 (방식: {mode})",
        "the watcher does not see new files (mode: {mode})",
    ),
    "watcher_blind_advice": (
        "`service-orchestrator restart watcher`를 실행하십시오; "
        '그래도 그대로면 설정 `[watch] mode = "polling"`으로 바꾸십시오',
        'Run `service-orchestrator restart watcher`; if that does not help, set `[watch] mode = "polling"`',
    ),
    "watcher_failing": ("감시 또는 기록 불가: {problem}", "the watcher cannot do its work: {problem}"),
    "watcher_failing_advice": (
        "`service-orchestrator logs watcher`에서 원인을 찾아 제거하십시오; 그 후에는 저절로 이어집니다",
        "Find the cause in `service-orchestrator logs watcher` and mend it; the watcher then goes on by itself",
    ),
    "files_rejected": (
        "파일은 오지만 이미지로 받을 수 없음: {rejected}",
        "files come, yet none is taken as an image: {rejected}",
    ),
    "files_rejected_advice": (
        "`service-orchestrator status`에서 받지 않은 파일을 보고, 카메라의 저장 형식과 전송을 확인하십시오",
        "See the files in `service-orchestrator status`, and check how the camera writes and transfers them",
    ),
    "files_unfinished": ("파일 쓰기가 끝나지 않음", "files are being written and do not finish"),
    "files_unfinished_advice": (
        "카메라와 저장소 사이의 전송이 느리거나 끊기지 않는지, 폴더의 임시 파일이 커지고 있는지 확인하십시오",
        "Check whether the transfer from the camera is slow or breaks off, and whether the temporary files grow",
    ),
    "line_stopped": ("라인이 정지해 있음", "the line is stopped"),
    "line_stopped_advice": (
        "조치할 것이 없습니다; 라인이 가동 중이면 라인 신호(`[line] signal_file` 또는 `POST /api/line`)를 확인하십시오",
        "Nothing is to be done; if the line runs, check its signal (`[line] signal_file` or `POST /api/line`)",
    ),
    "source_silent": (
        "라인은 가동 중이나 카메라가 파일을 보내지 않음",
        "the line runs, yet the source is silent",
    ),
    "source_silent_advice": (
        "카메라 컴퓨터의 전원, 프로그램, 네트워크를 확인하십시오; 폴더와 감시에는 이상이 없습니다",
        "Check the camera computer: its power, its program, its network; folder and watcher are well",
    ),
    "source_silent_or_stopped": (
        "카메라가 파일을 보내지 않거나 라인이 정지함",
        "source silent or line stopped",
    ),
    "source_silent_or_stopped_advice": (
        "라인이 정지했으면 조치할 것이 없습니다; 가동 중이면 카메라 컴퓨터의 전원, 프로그램, 네트워크를 확인하십시오",
        "If the line is stopped, nothing is to be done; "
        "if it runs, check the camera computer: its power, its program, its network",
    ),
    "model_stopped": (
        "{folder}: {source} 이미지는 오지만 {after_s:g}초 동안 {kind} 이미지 없음 - 모델이 멈춤",
        "{folder}: {source} images come, yet no {kind} one for {after_s:g} s - the model has stopped",
    ),
    "model_stopped_advice": (
        "딥러닝 서비스가 실행 중인지, 그 로그에 오류(GPU, 메모리)가 있는지 확인하고 다시 시작하십시오",
        "Check whether the deep-learning service runs and what its log says (GPU, memory), and start it again",
    ),
    "model_rejected": (
        "{folder}: {source} 이미지는 오지만 모델이 쓴 파일은 이미지로 받을 수 없음: {rejected}",
        "{folder}: {source} images come, yet no file of the model is taken as an image: {rejected}",
    ),
    "model_rejected_advice": (
        "`service-orchestrator status`에서 받지 않은 파일을 보고, 딥러닝 서비스의 저장 형식과 로그를 확인하십시오",
        "See the files in `service-orchestrator status`, and check how the deep-learning service writes them and "
        "its log",
    ),
    "model_unfinished": (
        "{folder}: {source} 이미지는 오지만 모델의 파일 쓰기가 끝나지 않음",
        "{folder}: {source} images come, yet the model does not finish its files",
    ),
    "model_unfinished_advice": (
        "딥러닝 서비스의 로그를 확인하고 다시 시작하십시오; 폴더의 임시 파일이 커지고 있는지도 확인하십시오",
        "See the log of the deep-learning service and start it again; check whether its temporary files grow, too",
    ),
}
"""Why no images come: a code of `diagnosis.StallReason` each, or a variant of one."""

SERVICES: Sentences = {
    "service_loop": ("{service} 반복해서 종료됨: {why}", "{service} keeps ending: {why}"),
    "service_loop_advice": (
        "`service-orchestrator logs {service}`에서 원인을 찾아 제거하십시오; 그 후에는 저절로 다시 시작됩니다",
        "Find the cause in `service-orchestrator logs {service}` and mend it; {service} then starts again by itself",
    ),
    "service_loop_last": (
        "{service} 반복해서 종료됨: {why}; 대신할 프로세스가 없어 이미지가 화면에 나오지 않음",
        "{service} keeps ending: {why}; nothing stands in for it, and no image reaches a screen",
    ),
    "service_loop_last_advice": (
        "지금 `service-orchestrator logs {service}`에서 원인을 찾아 제거하십시오; 그 후에는 저절로 다시 시작됩니다",
        "Find the cause in `service-orchestrator logs {service}` now and mend it; "
        "{service} then starts again by itself",
    ),
    "not_launched": ("실행되지 않음", "it cannot be launched"),
    "catalog_damaged": (
        "카탈로그가 손상되어 이미지를 기록할 수 없음",
        "the catalog is damaged, and no image can be recorded",
    ),
    "catalog_damaged_advice": (
        "`service-orchestrator down` 후 `service-orchestrator restore`로 백업을 되돌리십시오; "
        "백업이 없으면 catalog.db를 옮겨 두고 시작하십시오, 폴더에서 새로 만들어집니다",
        "Stop the node (`service-orchestrator down`) and put a backup back with `service-orchestrator restore`; "
        "without one, move catalog.db away: it is made anew from the folder",
    ),
    "previews_behind": ("미리보기 생성이 밀림", "previews fall behind the images"),
    "previews_behind_advice": (
        "`service-orchestrator scale thumbnailer 2`로 프로세스를 늘리고, CPU와 `service-orchestrator logs "
        "thumbnailer`를 확인하십시오",
        "Add a process with `service-orchestrator scale thumbnailer 2`; "
        "look at the CPU and at `service-orchestrator logs thumbnailer`",
    ),
    "canary_watcher": (
        "카나리아가 사라짐: 감시 프로세스가 폴더의 새 파일을 보지 못함",
        "the canary is lost: the watcher does not see what is written into the folder",
    ),
    "canary_watcher_advice": (
        "이미지가 와도 보이지 않는 상태입니다: `service-orchestrator restart watcher`를 실행하고 "
        "`service-orchestrator logs watcher`를 확인하십시오",
        "An image would not be seen either: run `service-orchestrator restart watcher` and see "
        "`service-orchestrator logs watcher`",
    ),
    "canary_catalog": (
        "카나리아가 사라짐: 카탈로그에 기록할 수 없음",
        "the canary is lost: the catalog cannot be written",
    ),
    "canary_catalog_advice": (
        "상태 폴더의 디스크를 `df -h`로 확인하고 `service-orchestrator logs watcher`에서 원인을 찾으십시오",
        "Look at the state folder's disk with `df -h`, and find the cause in `service-orchestrator logs watcher`",
    ),
    "canary_gateway": (
        "카나리아가 사라짐: 게이트웨이까지 오지 않음",
        "the canary is lost: it does not come as far as the gateway",
    ),
    "canary_gateway_advice": (
        "`service-orchestrator status`에서 게이트웨이를 보고 `service-orchestrator restart gateway`를 실행하십시오",
        "Look at the gateways in `service-orchestrator status`, and run `service-orchestrator restart gateway`",
    ),
    "canary_client": (
        "카나리아가 사라짐: WebSocket 클라이언트까지 오지 않음",
        "the canary is lost: it does not come as far as a WebSocket client",
    ),
    "canary_client_advice": (
        "패널이 이미지를 받는지 확인하고 `service-orchestrator logs gateway`를 보십시오; "
        "계속되면 `service-orchestrator restart gateway`를 실행하십시오",
        "Check whether a panel gets images, and see `service-orchestrator logs gateway`; "
        "if it goes on, run `service-orchestrator restart gateway`",
    ),
    "delivery_failing": (
        "알람을 보낼 수 없음: {error}",
        "alerts cannot be delivered: {error}",
    ),
    "delivery_failing_advice": (
        "`service-orchestrator alerts test`로 어느 주소가 안 되는지 보고 `[alerts] urls`와 네트워크를 "
        "확인하십시오; 보내지 못한 알람은 계속 다시 시도합니다",
        "See with `service-orchestrator alerts test` which address fails, and check `[alerts] urls` and the network; "
        "what was not sent is tried on",
    ),
}

MACHINE: Sentences = {
    "role_images": ("이미지", "images"),
    "role_state": ("상태 폴더", "state folder"),
    "filling_bytes": (
        "디스크({role}, {mount})가 24시간 안에 가득 참",
        "the disk of the {role} ({mount}) fills up within 24 hours",
    ),
    "filling_bytes_advice": (
        "`service-orchestrator retention --dry-run`과 `df -h {mount}`를 보고, 보관 기준을 줄이거나 공간을 늘리십시오",
        "See `service-orchestrator retention --dry-run` and `df -h {mount}`; keep less, or give it more room",
    ),
    "filling_inodes": (
        "디스크({role}, {mount})의 inode가 24시간 안에 부족해짐",
        "the disk of the {role} ({mount}) runs out of inodes within 24 hours",
    ),
    "filling_inodes_advice": (
        "`df -i {mount}`로 확인하고, 작은 파일이 많은 폴더를 찾아 정리하십시오",
        "Check with `df -i {mount}`, then find the folder with the many small files and clear it",
    ),
    "nearly_full_bytes": (
        "디스크({role}, {mount}) 여유 공간이 2 % 미만",
        "less than 2 % of the disk of the {role} ({mount}) is free",
    ),
    "nearly_full_bytes_advice": (
        "지금 공간을 확보하십시오: `df -h {mount}`로 무엇이 차지하는지, `service-orchestrator retention "
        "--dry-run`으로 무엇을 지울 수 있는지 보십시오",
        "Make room now: `df -h {mount}` shows what fills it, `service-orchestrator retention --dry-run` what could go",
    ),
    "nearly_full_inodes": (
        "디스크({role}, {mount}) 여유 inode가 2 % 미만",
        "less than 2 % of the inodes of the disk of the {role} ({mount}) is free",
    ),
    "nearly_full_inodes_advice": (
        "지금 `df -i {mount}`로 확인하고, 작은 파일이 많은 폴더를 찾아 정리하십시오",
        "Check with `df -i {mount}` now, then find the folder with the many small files and clear it",
    ),
    "clock_ahead": ("서버 시계가 {by_s}초 앞으로 건너뜀", "the server's clock jumped ahead by {by_s} s"),
    "clock_ahead_advice": (
        "`timedatectl`로 시간 동기화(NTP)를 확인하십시오; "
        "화면의 순서는 그대로이나 그 무렵의 시각 표시는 믿을 수 없습니다",
        "Check the time synchronisation with `timedatectl`; the order on the screens stays right, "
        "times around the jump cannot be trusted",
    ),
    "clock_back": ("서버 시계가 {by_s}초 뒤로 돌아감", "the server's clock was set back by {by_s} s"),
    "clock_back_advice": (
        "`timedatectl`로 시간 동기화(NTP)를 확인하십시오; "
        "화면의 순서는 그대로이나 그 무렵의 시각 표시는 믿을 수 없습니다",
        "Check the time synchronisation with `timedatectl`; the order on the screens stays right, "
        "times around the jump cannot be trusted",
    ),
    "nothing_left": (
        "보관 정리가 막힘: 더 지울 수 있는 이미지가 없는데 여유 공간이 부족함",
        "retention is stuck: there is too little room, and no image left that may go",
    ),
    "nothing_left_advice": (
        "디스크를 차지하는 다른 파일을 `du`로 찾으십시오; "
        "고정된 이미지가 많으면 `service-orchestrator pins`를 보십시오",
        "Find what else fills the disk with `du`; should many images be pinned, see `service-orchestrator pins`",
    ),
    "cannot_delete": (
        "보관 정리가 막힘: 이미지를 지울 수 없음",
        "retention is stuck: images cannot be deleted",
    ),
    "cannot_delete_advice": (
        "`service-orchestrator logs janitor`에서 이유를 보고, coilcast를 실행하는 계정에 이미지 폴더의 쓰기 "
        "권한을 주십시오",
        "See why in `service-orchestrator logs janitor`, and let the account that runs coilcast write to the "
        "image folder",
    ),
    "too_many": (
        "보관 정리가 멈춤: 한 번에 너무 많은 것이 지워질 상황",
        "retention has stopped: it would remove too much at once",
    ),
    "too_many_advice": (
        "`service-orchestrator logs janitor`와 `service-orchestrator retention --dry-run`을 보고, 마운트가 "
        "빠지지 않았는지 확인하십시오",
        "See `service-orchestrator logs janitor` and `service-orchestrator retention --dry-run`; is a mount missing?",
    ),
}

ALERTS: Sentences = {**STALLS, **SERVICES, **MACHINE}
