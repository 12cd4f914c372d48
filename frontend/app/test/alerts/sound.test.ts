import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Sound } from '../../src/views/alerts/sound/sound.ts'
import { soundMode } from '../../src/views/alerts/sound/sound-state.ts'

const CRITICAL = [{ key: '1', tone: 'critical' } as const]
const FIVE_MINUTES_MS = 300_000

/** As a browser's: `isAllowed` says whether a person has touched the page. */
class FakeContext {
  static isAllowed = true
  static made: FakeContext[] = []
  static tones = 0
  state: AudioContextState = FakeContext.isAllowed ? 'running' : 'suspended'
  onstatechange: (() => void) | null = null
  currentTime = 0
  destination = {}

  constructor() {
    FakeContext.made.push(this)
  }
  resume() {
    if (!FakeContext.isAllowed) return new Promise<void>(() => {})
    this.state = 'running'
    this.onstatechange?.()
    return Promise.resolve()
  }
  close() {
    this.state = 'closed'
    return Promise.resolve()
  }
  createGain() {
    const gain = { setValueAtTime: () => {}, linearRampToValueAtTime: () => {} }
    return { gain, connect: () => {} }
  }
  createOscillator() {
    FakeContext.tones += 1
    return { type: '', frequency: { value: 0 }, connect: (to: unknown) => to, start: () => {}, stop: () => {} }
  }
}

let stop = () => {}

beforeEach(() => {
  Object.assign(FakeContext, { isAllowed: true, made: [], tones: 0 })
  window.localStorage.clear()
  vi.useFakeTimers()
  vi.stubGlobal('AudioContext', FakeContext)
})
afterEach(() => {
  stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** As a page that was just opened. */
function open(): Sound {
  const sound = new Sound()
  stop = sound.start()
  return sound
}

const PULSES = 5

/** How many times the critical tone was heard since the last question. */
function heard(): number {
  const tones = FakeContext.tones
  FakeContext.tones = 0
  return tones / PULSES
}

test('nothing is made before it is enabled, and then it is heard at once and every ten seconds', () => {
  const sound = open()
  sound.calls(CRITICAL)
  expect(FakeContext.made).toHaveLength(0)
  sound.dispatch({ type: 'enable' })
  expect(heard()).toBe(1)
  vi.advanceTimersByTime(9_999)
  expect(heard()).toBe(0)
  vi.advanceTimersByTime(1)
  expect(heard()).toBe(1)
  vi.advanceTimersByTime(20_000)
  expect(heard()).toBe(2)
  sound.calls([])
  vi.advanceTimersByTime(60_000)
  expect(heard()).toBe(0)
})

test('what was chosen is kept on this screen; without a touch it is blocked, and any touch lets it through', () => {
  open().dispatch({ type: 'enable' })
  stop()
  FakeContext.isAllowed = false
  const sound = open()
  sound.calls(CRITICAL)
  expect(soundMode(sound.get())).toBe('blocked')
  expect(heard()).toBe(0)
  FakeContext.isAllowed = true
  window.dispatchEvent(new Event('pointerdown'))
  expect(soundMode(sound.get())).toBe('on')
  expect(heard()).toBe(1)
})

test('a mute outlives a reload and ends by itself', () => {
  const before = open()
  before.dispatch({ type: 'enable' })
  before.dispatch({ type: 'mute', minutes: 5 })
  stop()
  const sound = open()
  sound.calls(CRITICAL)
  expect(soundMode(sound.get())).toBe('muted')
  vi.advanceTimersByTime(FIVE_MINUTES_MS - 1)
  expect(heard()).toBe(0)
  vi.advanceTimersByTime(1)
  expect(soundMode(sound.get())).toBe('on')
  expect(heard()).toBe(1)
})

test('a browser that takes the sound away later is seen to', () => {
  const sound = open()
  sound.dispatch({ type: 'enable' })
  const [context] = FakeContext.made
  Object.assign(context as FakeContext, { state: 'suspended' })
  context?.onstatechange?.()
  expect(soundMode(sound.get())).toBe('blocked')
})

test('a browser without sound says so, and one that keeps nothing has it until the page is closed', () => {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new Error('full')
  })
  const sound = open()
  sound.dispatch({ type: 'enable' })
  expect(soundMode(sound.get())).toBe('on')
  stop()
  vi.restoreAllMocks()
  vi.stubGlobal('AudioContext', undefined)
  Reflect.deleteProperty(window, 'AudioContext')
  const silent = open()
  silent.dispatch({ type: 'enable' })
  expect(soundMode(silent.get())).toBe('missing')
})

test('disabled, it lets the audio go and is still disabled after a reload', () => {
  const sound = open()
  sound.dispatch({ type: 'enable' })
  sound.dispatch({ type: 'disable' })
  expect(FakeContext.made[0]?.state).toBe('closed')
  stop()
  open()
  expect(FakeContext.made).toHaveLength(1)
})
