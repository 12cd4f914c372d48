"""What the sections of the settings are about, Korean and English."""

from services.shared.logs import Sentences

SECTIONS: Sentences = {
    "node": ("이 노드가 누구이며 어느 언어와 시간대를 쓰는지.", "Who this node is, its language and time zone."),
    "images": ("이미지가 어디에 있고 무엇을 이미지로 받는지.", "Where the images are, and what is taken for one."),
    "watch": ("새 파일을 어떻게 찾는지.", "How new files are found."),
    "catalog": ("기록을 얼마나 두는지.", "How long the log is kept."),
    "previews": ("미리보기를 어떻게 만드는지.", "How previews are made."),
    "gateway": ("HTTP와 WebSocket, 그리고 누가 연결할 수 있는지.", "HTTP and WebSocket, and who may connect."),
    "stall": ("이미지가 얼마 동안 없으면 중단인지.", "When missing images are a stall."),
    "line": ("라인의 가동 신호.", "The signal that the line runs."),
    "canary": ("시스템 전체를 지나는 점검 신호.", "A marked item that proves the whole way."),
    "alerts": ("알람을 누구에게, 얼마나 자주 보내는지.", "Where alerts go, and how often."),
    "metrics": ("Prometheus가 수집하는 지표.", "Figures for Prometheus."),
    "retention": ("오래된 이미지를 언제 지우는지.", "When old images are deleted."),
    "supervision": ("프로세스를 언제 종료하고 다시 시작하는지.", "When a process is ended and started again."),
    "logs": ("로그의 형식과 분량.", "How logs look, and how much of them stays."),
    "simulator": ("시연용 가상 카메라 (`demo`).", "The camera that `demo` plays."),
}
