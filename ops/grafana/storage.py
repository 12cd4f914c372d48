"""Disks, retention, what arrives and what goes."""

from __future__ import annotations

from ops.grafana.panels import FOLDER, GREEN, NODE, RED, YELLOW, Json, Panel, Query, Row, dashboard, stat, timeline

RATE = "[$__rate_interval]"
ROLE = "{{instance}} {{role}}"


def storage() -> Json:
    """The dashboard as Grafana reads it."""
    text = (
        "디스크의 남은 공간과 추세, 들어오는 양과 보관 정리가 삭제한 양.",
        "What is free on the disks and where it is going, what arrives and what retention deletes.",
    )
    rows = [_disks(), _flow(), _retention()]
    return dashboard("coilcast-storage", "coilcast / 3 Storage", text, rows, folders=True)


def _disks() -> Row:
    free, size = f"coilcast_filesystem_free_bytes{{{NODE}}}", f"coilcast_filesystem_size_bytes{{{NODE}}}"
    return Row(
        "Disks · 디스크",
        [
            stat(
                "Free · 남은 공간",
                ("파일시스템의 남은 비율. 보관 정리는 10 %에서 시작.", "Part that is free; retention begins at 10 %."),
                f"{free} / {size}",
                ROLE,
                unit="percentunit",
                height=7,
                steps=[(None, RED), (0.03, YELLOW), (0.08, GREEN)],
            ),
            Panel(
                "Free bytes · 남은 용량",
                ("남은 용량.", "What may still be written."),
                [Query(free, ROLE)],
                unit="bytes",
            ),
            Panel(
                "In 24 hours · 24시간 뒤",
                (
                    "지난 1시간의 추세로 본 24시간 뒤의 남은 용량. 0 아래면 그 전에 가득 참.",
                    "What would be free in 24 hours by the trend of the last hour; below 0 it is full before.",
                ),
                [Query(f"predict_linear({free}[1h], 24 * 3600)", ROLE)],
                unit="bytes",
            ),
            Panel(
                "Free inodes · 남은 inode",
                (
                    "더 만들 수 있는 파일의 비율. 제한이 없는 파일시스템은 값이 없음.",
                    "Part of the files that can still be made; no value where there is no limit.",
                ),
                [Query(f"coilcast_filesystem_free_inodes{{{NODE}}} / coilcast_filesystem_inodes{{{NODE}}}", ROLE)],
                unit="percentunit",
            ),
            Panel(
                "Catalog · 카탈로그",
                ("카탈로그 파일의 크기.", "Size of the catalog's files."),
                [Query(f"coilcast_catalog_bytes{{{NODE}}}", "{{instance}}")],
                unit="bytes",
            ),
            timeline(
                "Watch mode · 감시 방식",
                (
                    "폴더 감시 방식: inotify(즉시), polling(주기적 목록). not watched면 감시하지 못함.",
                    "How each folder is watched: inotify (at once) or polling (listed now and then), or not at all.",
                ),
                [
                    Query(
                        f'coilcast_watch_mode{{{FOLDER}, mode="inotify"}} '
                        f'+ on (instance, camera, type) 2 * coilcast_watch_mode{{{FOLDER}, mode="polling"}}',
                        "{{instance}} {{camera}}/{{type}}",
                    )
                ],
                mappings={"0": ("not watched", RED), "1": ("inotify", GREEN), "2": ("polling", "blue")},
            ),
        ],
    )


def _flow() -> Row:
    return Row(
        "What arrives · 들어오는 양",
        [
            Panel(
                "Bytes per second · 초당 바이트",
                ("들어오는 이미지의 용량.", "Bytes of the images that arrive."),
                [
                    Query(
                        f"sum by (camera, type) (rate(coilcast_image_bytes_total{{{FOLDER}}}{RATE}))",
                        "{{camera}}/{{type}}",
                    )
                ],
                unit="Bps",
                width=12,
            ),
            Panel(
                "Mean size · 평균 크기",
                ("이미지의 평균 크기.", "Mean size of an image."),
                [
                    Query(
                        f"sum by (camera, type) (rate(coilcast_image_bytes_total{{{FOLDER}}}{RATE})) "
                        f"/ sum by (camera, type) (rate(coilcast_images_total{{{FOLDER}}}{RATE}))",
                        "{{camera}}/{{type}}",
                    )
                ],
                unit="bytes",
                width=12,
            ),
        ],
    )


def _retention() -> Row:
    return Row(
        "Retention · 보관 정리",
        [
            Panel(
                "Deleted images · 삭제된 이미지",
                ("이유별 초당 삭제 수.", "Images deleted a second, by reason."),
                [Query(f"sum by (reason) (rate(coilcast_retention_deleted_total{{{FOLDER}}}{RATE}))", "{{reason}}")],
            ),
            Panel(
                "Deleted bytes · 삭제된 용량",
                ("초당 삭제 용량.", "Bytes deleted a second."),
                [
                    Query(
                        f"sum by (reason) (rate(coilcast_retention_deleted_bytes_total{{{FOLDER}}}{RATE}))",
                        "{{reason}}",
                    )
                ],
                unit="Bps",
            ),
            Panel(
                "Made smaller · 재인코딩",
                ("다시 인코딩한 이미지와 줄인 용량.", "Images that were made smaller, and the bytes that saved."),
                [
                    Query(f"sum(increase(coilcast_retention_reencoded_total{{{FOLDER}}}{RATE}))", "images"),
                    Query(
                        f"sum(increase(coilcast_retention_reencoded_saved_bytes_total{{{FOLDER}}}{RATE}))",
                        "bytes saved",
                    ),
                ],
            ),
        ],
    )
