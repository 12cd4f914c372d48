import type { LiveImage } from '@coilcast/live-image'
import { expect, test } from 'vitest'
import {
  arrive,
  dueInMs,
  FIRST_PATIENCE_MS,
  NO_FRAMES,
  PATIENCE_MS,
  type Pairing,
  patienceMs,
  type Side,
  tick,
} from '../../src/views/compare/pairing.ts'
import { image, T0 } from '../support/images.ts'

/** What happened, in words: `O3` the original of frame 3 came, `L3` its twin, `+500` so many milliseconds went by. */
function play(story: string): string[] {
  const shown: string[] = []
  let pairing: Pairing = NO_FRAMES
  let nowMs = 0
  let seq = 0
  for (const word of story.split(' ')) {
    if (word.startsWith('+')) {
      const end = nowMs + Number(word)
      for (
        let dueMs = dueInMs(pairing, nowMs);
        dueMs !== null && nowMs + dueMs <= end;
        dueMs = dueInMs(pairing, nowMs)
      ) {
        nowMs += dueMs
        note(tick(pairing, nowMs))
      }
      nowMs = end
    } else {
      seq += 1
      const side: Side = word.startsWith('O') ? 'left' : 'right'
      note(arrive(pairing, side, frame(word, seq, T0 + nowMs), 'e1', nowMs))
    }
  }
  return shown

  function note(next: Pairing) {
    const { left, right } = next.shown ?? {}
    const text = [left, right].map(each => (each ? nameOf(each) : '-')).join(' ')
    if (next.shown !== null && text !== shown.at(-1)) shown.push(text)
    pairing = next
  }
}

function frame(word: string, seq: number, seen_at: number): LiveImage {
  const number = Number(word.slice(1))
  const type = word.startsWith('O') ? 'original' : 'labeled'
  return image(seq, { type, filename: word, timestamp: T0 + number * 1000, seen_at })
}

const nameOf = ({ filename }: LiveImage) => filename

test.each<[string, string, string[]]>([
  ['both come', 'O1 +300 L1', ['O1 L1']],
  ['the twin comes first', 'L1 +300 O1', ['O1 L1']],
  ['the next original waits for its twin', 'O1 L1 +1000 O2 +400 L2', ['O1 L1', 'O2 L2']],
  ['the newest pair wins, whichever was complete first', 'O1 L1 O2 O3 L3 +10 L2', ['O1 L1', 'O3 L3']],
  ['a twin that is missed once is not noticed', 'O1 L1 +1000 O2 +1000 O3 +300 L3', ['O1 L1', 'O3 L3']],
  ['an original without a twin is shown alone after a while', 'O1 L1 +1000 O2 +1999', ['O1 L1']],
  ['… which is two seconds', 'O1 L1 +1000 O2 +2000', ['O1 L1', 'O2 -']],
  ['a late twin joins it', 'O1 L1 O2 +2500 L2', ['O1 L1', 'O2 -', 'O2 L2']],
  [
    'nothing but originals: half a second, two seconds, then each as it comes',
    'O1 +500 O2 +1500 O3',
    ['O1 -', 'O2 -', 'O3 -'],
  ],
  ['twins stop for good', 'O1 L1 +1000 O2 +1000 O3 +1000 O4 +1000 O5', ['O1 L1', 'O3 -', 'O4 -', 'O5 -']],
  [
    'twins come again, each later than the next original: no older pair, and the next is waited for',
    'O1 L1 O2 +2000 O3 +600 L2 +10 O4 +1000 L3 +300 L4',
    ['O1 L1', 'O2 -', 'O3 -', 'O3 L3', 'O4 L4'],
  ],
  [
    'twins that always take three seconds, a frame a second: pairs, one after the other',
    'O1 +1000 O2 +1000 O3 +1000 L1 O4 +1000 L2 O5 +1000 L3 O6 +1000 L4 O7 +1000 L5 O8 +1000 L6 O9',
    ['O1 -', 'O2 -', 'O3 -', 'O3 L3', 'O4 L4', 'O5 L5', 'O6 L6'],
  ],
  ['only the other kind', 'L1 +2000 L2', ['- L1', '- L2']],
])('%s', (_, story, shown) => {
  expect(play(story)).toEqual(shown)
})

const pair = (more: Partial<LiveImage> = {}, other: Partial<LiveImage> = {}) => {
  const left = image(1, { timestamp: T0, ...more })
  const right = image(2, { timestamp: T0, type: 'labeled', ...other })
  return arrive(arrive(NO_FRAMES, 'left', left, 'e1', 0), 'right', right, 'e1', 0)
}

test.each<[string, Partial<LiveImage>]>([
  ['camera', { camera: 'exit' }],
  ['coil', { coil_number: '2892' }],
  ['capture time', { timestamp: T0 + 1 }],
])('images that differ by %s are not one frame', (_, difference) => {
  expect(pair().shown).not.toBeNull()
  expect(pair({}, difference).shown).toBeNull()
})

test('an original that is asked for after its twin came takes its place before those that came since', () => {
  const arrivals: [Side, LiveImage][] = [
    ['right', image(4, { type: 'labeled', timestamp: T0 })],
    ['left', image(6, { timestamp: T0 + 2000 })],
    ['left', image(3, { timestamp: T0 })],
  ]
  let pairing: Pairing = NO_FRAMES
  for (const [side, each] of arrivals) pairing = arrive(pairing, side, each, 'e1', 0)
  expect(pairing.shown?.left?.seq).toBe(3)
  expect(tick(pairing, PATIENCE_MS).shown).toEqual({ left: image(6, { timestamp: T0 + 2000 }), right: null })
})

test('frames without a coil number pair as well', () => {
  expect(pair({ coil_number: null }, { coil_number: null }).shown).not.toBeNull()
})

test('the same image again changes nothing, a new version of it is shown', () => {
  const before = pair()
  expect(arrive(before, 'left', image(1, { timestamp: T0 }), 'e1', 50)).toBe(before)
  const revised = arrive(before, 'left', image(9, { timestamp: T0 }), 'e1', 50)
  expect([revised.shown?.left?.seq, revised.shown?.right?.seq]).toEqual([9, 2])
})

test('a catalog made anew counts from the start', () => {
  const before = pair()
  const left = image(1, { timestamp: T0 - 60_000 })
  const right = image(2, { timestamp: T0 - 60_000, type: 'labeled' })
  const after = arrive(arrive(before, 'left', left, 'e2', 0), 'right', right, 'e2', 0)
  expect(after.shown).toEqual({ left, right })
})

test('the patience grows with what twins take, within bounds', () => {
  const taking = (lagMs: number, more: Partial<LiveImage> = {}) =>
    patienceMs(pair({ seen_at: T0 }, { seen_at: T0 + lagMs, ...more }))
  expect(patienceMs(NO_FRAMES)).toBe(FIRST_PATIENCE_MS)
  expect(taking(100)).toBe(PATIENCE_MS)
  expect(taking(4000)).toBe(6000)
  expect(taking(9000)).toBe(10_000)
  expect(taking(3_600_000)).toBe(PATIENCE_MS)
  expect(taking(4000, { imported: true })).toBe(PATIENCE_MS)
})

test('what is remembered is bounded', () => {
  let pairing = NO_FRAMES
  for (let seq = 1; seq <= 3000; seq += 1) pairing = arrive(pairing, 'left', image(seq), 'e1', seq)
  expect(pairing.frames).toHaveLength(128)
  expect(pairing.shown?.left?.seq).toBe(3000)
})
