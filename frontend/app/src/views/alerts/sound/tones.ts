/** The tones, played by WebAudio. Nothing is made before open(). */
import type { AudioState, Tone } from './sound-state.ts'

interface Pulse {
  readonly atS: number
  readonly lastsS: number
  readonly hz: number
}

const pulses = (hz: readonly number[], everyS: number, lastsS: number): Pulse[] =>
  hz.map((each, index) => ({ atS: index * everyS, lastsS, hz: each }))

/** Told apart by rhythm and not by pitch alone: five quick ones for critical, two slow ones that fall for a warning. */
const PATTERNS: Record<Tone, readonly Pulse[]> = {
  critical: pulses([988, 784, 988, 784, 988], 0.22, 0.16),
  warning: pulses([659, 523], 0.45, 0.35),
  test: pulses([523, 659, 784], 0.25, 0.2),
}
const LOUDNESS = 0.5
/** A tone that begins or ends at once is a click. */
const RAMP_S = 0.015

export class Tones {
  readonly #onState: (audio: AudioState) => void
  #context: AudioContext | null = null

  constructor(onState: (audio: AudioState) => void) {
    this.#onState = onState
  }

  /** Asks to be heard; while a person touches the page the browser allows it. The answer comes by `onState`. */
  open(): void {
    if (this.#context === null) {
      if (!('AudioContext' in window)) {
        this.#onState('missing')
        return
      }
      const context = new AudioContext()
      context.onstatechange = () => this.#tell(context)
      this.#context = context
    }
    const context = this.#context
    // Without a gesture it stays unanswered, and is answered by the first one.
    if (context.state !== 'running')
      void context.resume().then(
        () => this.#tell(context),
        () => {},
      )
    this.#tell(context)
  }

  close(): void {
    const context = this.#context
    if (context === null) return
    this.#context = null
    context.onstatechange = null
    void context.close()
    this.#onState('closed')
  }

  play(tone: Tone): void {
    const context = this.#context
    if (context === null) return
    for (const { atS, lastsS, hz } of PATTERNS[tone]) {
      const from = context.currentTime + atS
      const gain = context.createGain()
      gain.gain.setValueAtTime(0, from)
      gain.gain.linearRampToValueAtTime(LOUDNESS, from + RAMP_S)
      gain.gain.setValueAtTime(LOUDNESS, from + lastsS - RAMP_S)
      gain.gain.linearRampToValueAtTime(0, from + lastsS)
      const oscillator = context.createOscillator()
      oscillator.type = 'triangle'
      oscillator.frequency.value = hz
      oscillator.connect(gain).connect(context.destination)
      oscillator.start(from)
      oscillator.stop(from + lastsS)
    }
  }

  #tell(context: AudioContext): void {
    if (context === this.#context) this.#onState(context.state === 'running' ? 'running' : 'blocked')
  }
}
