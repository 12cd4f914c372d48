/** Every sentence of the panel, in both languages. The type keeps them complete. */
const ko = {
  product: 'coilcast',
  heading: '코일 표면 실시간 영상',
  picture: '영상',
  information: '영상 정보',
  connection: { websocket: '실시간 연결', http: 'HTTP 모드', disconnected: '연결 오류', connecting: '연결 중' },
  kinds: { original: '원본', labeled: '결함 표시' } as Record<string, string>,
  kindSwitch: '영상 종류',
  coil: '코일 번호',
  noCoil: '번호 없음',
  captured: '촬영 시각',
  age: '경과 시간',
  camera: '카메라',
  file: '파일',
  resolution: '해상도',
  size: '크기',
  sequence: '순번',
  skipped: (count: number) => `앞의 ${count}장 건너뜀`,
  alt: (kind: string, coil: string) => `코일 ${coil} ${kind} 영상`,
  retry: '지금 다시 연결',
  waiting: '첫 영상을 기다리는 중',
  nothing: { title: '표시할 영상이 없습니다', text: '조건에 맞는 영상이 들어오면 바로 표시됩니다.' },
  lost: {
    title: '서버와 연결이 끊어졌습니다',
    text: '마지막으로 받은 영상입니다. 자동으로 다시 연결하고 있습니다. 계속되면 네트워크와 서버를 확인하십시오.',
    attempt: (count: number) => `재시도 ${count}회`,
  },
  httpHint: '실시간 연결이 막혀 HTTP로 받고 있습니다. 실시간 연결도 계속 시도합니다.',
  stale: {
    title: (age: string) => `지연 ${age}`,
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
  duration: {
    seconds: (s: number) => `${s}초`,
    minutes: (m: number, s: number) => `${m}분 ${s}초`,
    hours: (h: number, m: number) => `${h}시간 ${m}분`,
    days: (d: number, h: number) => `${d}일 ${h}시간`,
  },
}

export type Wording = typeof ko

const en: Wording = {
  product: 'coilcast',
  heading: 'Live coil surface',
  picture: 'Image',
  information: 'Image details',
  connection: { websocket: 'Live', http: 'HTTP mode', disconnected: 'Connection error', connecting: 'Connecting' },
  kinds: { original: 'Original', labeled: 'Defects marked' },
  kindSwitch: 'Image type',
  coil: 'Coil',
  noCoil: 'No number',
  captured: 'Captured',
  age: 'Age',
  camera: 'Camera',
  file: 'File',
  resolution: 'Resolution',
  size: 'Size',
  sequence: 'Sequence',
  skipped: count => `${count} skipped before it`,
  alt: (kind, coil) => `Coil ${coil}, ${kind}`,
  retry: 'Reconnect now',
  waiting: 'Waiting for the first image',
  nothing: { title: 'No image to show', text: 'An image that matches appears here the moment it exists.' },
  lost: {
    title: 'The connection to the server is lost',
    text: 'This is the last image received. Reconnecting by itself; if it goes on, check the network and the server.',
    attempt: count => `attempt ${count}`,
  },
  httpHint: 'The live connection is blocked, so images come over HTTP. The live connection is still tried.',
  stale: {
    title: age => `No new image for ${age}`,
    text: 'The connection works, but no image arrives. If the line is running, check the camera and the storage folder.',
  },
  demo: {
    badge: 'Demo image',
    title: 'This is a demo image',
    text: 'No real image has come yet. The first one from the camera replaces it at once.',
  },
  broken: {
    title: 'This image cannot be shown',
    text: 'Its file is damaged or gone. The next image appears as soon as it comes.',
  },
  health: { degraded: 'Part of the system has a problem', down: 'The system has a problem' },
  duration: {
    seconds: s => `${s} s`,
    minutes: (m, s) => `${m} min ${s} s`,
    hours: (h, m) => `${h} h ${m} min`,
    days: (d, h) => `${d} d ${h} h`,
  },
}

export type Language = 'ko' | 'en'

export const WORDING: Record<Language, Wording> = { ko, en }

/** Every character that the panel may have to write in a language. */
export function charactersOf(language: Language): string {
  return [...new Set(texts(WORDING[language]).join(''))].join('')
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'function') return [String(value(0, 0))]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
}

/** Korean, unless the server asks for English. */
export function languageOf(setting: string | undefined): Language {
  return setting === 'en' ? 'en' : 'ko'
}
