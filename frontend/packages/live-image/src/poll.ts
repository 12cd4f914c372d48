/** The long poll: the fall-back that is nearly as fast as the socket. */
import type { CurrentAnswer } from './messages.ts'
import { backoffMs } from './retry.ts'

export interface PollIo {
  /** Newest image; with `after`, waits for one newer than that and answers null when none came. Rejects when it failed. */
  ask(after: number | null, signal: AbortSignal): Promise<CurrentAnswer | null>
  pause(ms: number, signal: AbortSignal): Promise<void>
  /** Browsers hold few connections to one server: so many long polls would leave none for the images. */
  isCrowded(): boolean
  random(): number
  onAnswer(answer: CurrentAnswer): void
  /** True when the last question was answered. */
  onWorking(works: boolean): void
}

const SAME_ANSWER_PAUSE_MS = 1000
const CROWDED_PAUSE_MS = 1000

/** Polls until `signal` says stop. Never gives up. */
export async function poll(io: PollIo, signal: AbortSignal): Promise<void> {
  let after: number | null = null
  let failures = 0
  while (!signal.aborted) {
    let answer: CurrentAnswer | null
    try {
      answer = await io.ask(after, signal)
    } catch {
      if (signal.aborted) return
      io.onWorking(false)
      // Who answers next may count anew.
      after = null
      failures += 1
      await io.pause(backoffMs(failures, io.random()), signal)
      continue
    }
    if (signal.aborted) return
    failures = 0
    io.onWorking(true)
    if (answer === null) {
      // Nothing new: ask plainly once, which shows a catalog that was made anew.
      after = null
      continue
    }
    io.onAnswer(answer)
    if (io.isCrowded()) {
      after = null
      await io.pause(CROWDED_PAUSE_MS, signal)
      continue
    }
    const newest: number = answer.isDemo ? answer.seq : (answer.image?.seq ?? answer.seq)
    if (newest === after) await io.pause(SAME_ANSWER_PAUSE_MS, signal)
    after = newest
  }
}
