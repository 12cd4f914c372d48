import { expect, test } from 'vitest'
import {
  type Call,
  callsOf,
  REPEAT_MS,
  SILENT,
  type SoundEvent,
  type SoundState,
  soundMode,
  stepSound,
  wakeAt,
} from '../../src/views/alerts/sound/sound-state.ts'
import { alert } from '../support/alerts.ts'

const CRITICAL: Call = { key: '1', tone: 'critical' }
const WARNING: Call = { key: '2', tone: 'warning' }
const LATER_WARNING: Call = { key: '3', tone: 'warning' }
const calls = (...calls: Call[]): SoundEvent => ({ type: 'calls', calls })
const RUNNING: SoundEvent = { type: 'audio', audio: 'running' }
const BLOCKED: SoundEvent = { type: 'audio', audio: 'blocked' }
const MUTE: SoundEvent = { type: 'mute', minutes: 5 }
const TICK: SoundEvent = { type: 'tick' }
const ENABLE: SoundEvent = { type: 'enable' }
const on: SoundState = { ...SILENT, isWanted: true, audio: 'running' }

type Script = [atMs: number, event: SoundEvent][]

/** Which tones when. */
function play(start: SoundState, script: Script): { tones: string[]; state: SoundState } {
  let state = start
  const tones: string[] = []
  for (const [atMs, event] of script) {
    const [next, actions] = stepSound(state, event, atMs)
    state = next
    for (const action of actions) if (action.do === 'play') tones.push(`${atMs} ${action.tone}`)
  }
  return { tones, state }
}

const scripts: [string, SoundState, Script, string[]][] = [
  [
    'nothing is heard before an operator enabled it',
    SILENT,
    [
      [0, calls(CRITICAL)],
      [1, RUNNING],
      [99_999, TICK],
    ],
    [],
  ],
  [
    'enabled, it says at once what is open',
    SILENT,
    [
      [0, calls(CRITICAL)],
      [5, ENABLE],
      [6, RUNNING],
    ],
    ['6 critical'],
  ],
  [
    'a critical one repeats until it is acknowledged',
    on,
    [
      [0, calls(CRITICAL)],
      [9_999, TICK],
      [10_000, TICK],
      [20_000, TICK],
      [25_000, calls()],
      [30_000, TICK],
    ],
    ['0 critical', '10000 critical', '20000 critical'],
  ],
  [
    'a warning is heard once',
    on,
    [
      [0, calls(WARNING)],
      [1, calls(WARNING)],
      [60_000, TICK],
    ],
    ['0 warning'],
  ],
  [
    'each warning is heard',
    on,
    [
      [0, calls(WARNING)],
      [1, calls(WARNING, LATER_WARNING)],
    ],
    ['0 warning', '1 warning'],
  ],
  [
    'a critical one says all that a warning would',
    on,
    [
      [0, calls(WARNING, CRITICAL)],
      [1, TICK],
    ],
    ['0 critical'],
  ],
  [
    'a new critical one does not wait for the repetition',
    on,
    [
      [0, calls(CRITICAL)],
      [3_000, calls(CRITICAL, { key: '9', tone: 'critical' })],
      [10_000, TICK],
      [13_000, TICK],
    ],
    ['0 critical', '3000 critical', '13000 critical'],
  ],
  [
    'muted it is still, and what is open when that is over is heard',
    on,
    [
      [0, calls(CRITICAL)],
      [1, MUTE],
      [10_000, TICK],
      [20_000, calls(CRITICAL, WARNING)],
      [300_001, TICK],
    ],
    ['0 critical', '300001 critical'],
  ],
  [
    'what was muted and is still open is heard then',
    on,
    [
      [0, MUTE],
      [1, calls(WARNING)],
      [2, { type: 'unmute' }],
    ],
    ['2 warning'],
  ],
  [
    'what was acknowledged meanwhile is not',
    on,
    [
      [0, MUTE],
      [1, calls(WARNING)],
      [2, calls()],
      [300_001, TICK],
    ],
    [],
  ],
  [
    'blocked it is still, and heard once a touch lets it through',
    on,
    [
      [0, BLOCKED],
      [1, calls(CRITICAL)],
      [8, RUNNING],
    ],
    ['8 critical'],
  ],
  [
    'the test tone is heard although it is muted',
    on,
    [
      [0, MUTE],
      [1, { type: 'test' }],
    ],
    ['1 test'],
  ],
  [
    'a test tone waits until it can be heard',
    { ...on, audio: 'blocked' },
    [
      [0, { type: 'test' }],
      [9, RUNNING],
    ],
    ['9 test'],
  ],
  [
    'one that comes back is news',
    on,
    [
      [0, calls(WARNING)],
      [1, calls()],
      [2, calls(WARNING)],
    ],
    ['0 warning', '2 warning'],
  ],
  [
    'a clock that is set back makes no alarm wait',
    on,
    [
      [50_000, calls(CRITICAL)],
      [1_000, TICK],
    ],
    ['50000 critical', '1000 critical'],
  ],
  [
    'nor does it mute for longer',
    on,
    [
      [9_000_000, MUTE],
      [0, calls(WARNING)],
    ],
    ['0 warning'],
  ],
  [
    'disabled it is still',
    on,
    [
      [0, calls(CRITICAL)],
      [1, { type: 'disable' }],
      [10_000, TICK],
    ],
    ['0 critical'],
  ],
]

test.each(scripts)('%s', (_, start, script, tones) => {
  expect(play(start, script).tones).toEqual(tones)
})

test('says how it is: blocked counts more than muted, for it would not end by itself', () => {
  const after = (...script: Script) => soundMode(play(SILENT, script).state)
  expect(after()).toBe('off')
  expect(after([0, ENABLE])).toBe('blocked')
  expect(after([0, ENABLE], [1, RUNNING])).toBe('on')
  expect(after([0, ENABLE], [1, RUNNING], [2, MUTE])).toBe('muted')
  expect(after([0, ENABLE], [1, RUNNING], [2, MUTE], [3, BLOCKED])).toBe('blocked')
  expect(after([0, ENABLE], [1, { type: 'audio', audio: 'missing' }])).toBe('missing')
  expect(after([0, ENABLE], [1, RUNNING], [2, MUTE], [300_002, TICK])).toBe('on')
})

test('wakes for the repetition and for the end of a mute, and for nothing else', () => {
  const after = (...script: Script) => wakeAt(play(on, script).state)
  expect(after([0, calls(WARNING)])).toBeNull()
  expect(after([7, calls(CRITICAL)])).toBe(7 + REPEAT_MS)
  expect(after([7, calls(CRITICAL)], [8, MUTE])).toBe(300_008)
  expect(after([7, calls(CRITICAL)], [8, calls()])).toBeNull()
  expect(after([7, calls(CRITICAL)], [8, { type: 'disable' }])).toBeNull()
})

test('opening and closing is asked for by the operator only', () => {
  const asked = (event: SoundEvent) => stepSound(on, event, 0)[1].filter(action => action.do !== 'play')
  expect(asked({ type: 'enable' })).toEqual([{ do: 'open' }])
  expect(asked({ type: 'test' })).toEqual([{ do: 'open' }])
  expect(asked({ type: 'disable' })).toEqual([{ do: 'close' }])
  expect(asked(calls(CRITICAL))).toEqual([])
})

test('calls are what fires unacknowledged; silenced by the server, acknowledged, or mere news it is not', () => {
  const acknowledged = { by: '김철수', at: 5, note: '' }
  const firing = [
    alert(1, { severity: 'critical' }),
    alert(2, { severity: 'warning' }),
    alert(3, { severity: 'info' }),
    alert(4, { severity: 'critical', acknowledged }),
    alert(5, { severity: 'critical', silenced_until: 2_000 }),
  ]
  expect(callsOf(firing, 1_000).map(call => call.tone)).toEqual(['critical', 'warning'])
  expect(callsOf(firing, 2_000)).toHaveLength(3)
  const worse = callsOf([alert(2, { severity: 'critical' })], 1_000)
  expect(worse[0]?.key).not.toBe(callsOf([alert(2, { severity: 'warning' })], 1_000)[0]?.key)
})
