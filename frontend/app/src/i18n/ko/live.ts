/** The live view. */
export const live = {
  picture: '영상',
  information: '영상 정보',
  captured: '촬영 시각',
  age: '경과 시간',
  file: '파일',
  resolution: '해상도',
  size: '크기',
  sequence: '순번',
  alt: '코일 {{coil}} {{kind}} 영상',
  waiting: '첫 영상을 기다리는 중',
  nothing: '표시할 영상이 없습니다',
  lost: {
    title: '서버와 연결이 끊어졌습니다',
    text: '마지막으로 받은 영상입니다. 자동으로 다시 연결하고 있습니다. 계속되면 네트워크와 서버를 확인하십시오.',
    attempt: '재시도 {{count}}회',
  },
  stale: {
    title: '지연 {{age}}',
    text: '연결은 정상이지만 새 영상이 들어오지 않습니다. 라인이 가동 중이면 카메라와 저장 폴더를 확인하십시오.',
  },
  demo: {
    badge: '데모 영상',
    title: '데모 영상입니다',
    text: '아직 들어온 실제 영상이 없습니다. 카메라의 첫 영상이 저장되면 바로 바뀝니다.',
  },
  broken: {
    title: '이 영상을 표시할 수 없습니다',
    text: '파일이 손상되었거나 삭제되었습니다. 다음 영상이 들어오면 바로 표시됩니다.',
  },
  health: { degraded: '시스템 일부 이상', down: '시스템 이상' },
}
