/** This screen's sound: does what `sound-state.ts` decides, and keeps what the operator chose. Knows no React. */
import { keep, readKept } from '../../../data/kept.ts'
import {
  type Call,
  SILENT,
  type SoundAction,
  type SoundEvent,
  type SoundState,
  stepSound,
  wakeAt,
} from './sound-state.ts'
import { Tones } from './tones.ts'

const WANTED = 'sound'
const MUTED_UNTIL = 'muted-until'
const GESTURES = ['pointerdown', 'keydown'] as const

export class Sound {
  readonly #tones = new Tones(audio => this.dispatch({ type: 'audio', audio }))
  readonly #listeners = new Set<() => void>()
  #state: SoundState = { ...SILENT, isWanted: readKept(WANTED) === 'on', mutedUntil: keptNumber(MUTED_UNTIL) }
  #timer: number | undefined
  #users = 0

  get = (): SoundState => this.#state

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Can be heard from now on, if the operator wants it so; returns how to end that. */
  start(): () => void {
    this.#users += 1
    if (this.#users === 1) {
      if (this.#state.isWanted) this.#tones.open()
      for (const gesture of GESTURES) window.addEventListener(gesture, this.#touched)
    }
    return () => {
      this.#users -= 1
      if (this.#users > 0) return
      for (const gesture of GESTURES) window.removeEventListener(gesture, this.#touched)
      window.clearTimeout(this.#timer)
      this.#tones.close()
    }
  }

  calls(calls: readonly Call[]): void {
    this.dispatch({ type: 'calls', calls })
  }

  dispatch(event: SoundEvent): void {
    const before = this.#state
    const [next, actions] = stepSound(before, event, Date.now())
    this.#state = next
    if (next.isWanted !== before.isWanted) keep(WANTED, next.isWanted ? 'on' : null)
    if (next.mutedUntil !== before.mutedUntil) keep(MUTED_UNTIL, next.mutedUntil?.toString() ?? null)
    for (const action of actions) this.#perform(action)
    // An action may have brought the next event already.
    this.#wake(wakeAt(this.#state))
    for (const listener of [...this.#listeners]) listener()
  }

  #perform(action: SoundAction): void {
    if (action.do === 'open') this.#tones.open()
    else if (action.do === 'close') this.#tones.close()
    else this.#tones.play(action.tone)
  }

  #wake(at: number | null): void {
    window.clearTimeout(this.#timer)
    if (at !== null)
      this.#timer = window.setTimeout(() => this.dispatch({ type: 'tick' }), Math.max(0, at - Date.now()))
  }

  /** Whatever the operator touches first lets the sound through. */
  #touched = (): void => {
    if (this.#state.isWanted && this.#state.audio === 'blocked') this.#tones.open()
  }
}

function keptNumber(name: string): number | null {
  const text = readKept(name)
  return text === null || !Number.isFinite(Number(text)) ? null : Number(text)
}
