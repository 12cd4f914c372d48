import { setTimeout as pause } from 'node:timers/promises'

/** Waits until `holds` says so, and asks it again when it fails; what it said last stands in the error at the deadline. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what: string | (() => string),
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      if (await holds()) return
    } catch (error) {
      last = error
    }
    if (performance.now() > deadline) {
      const name = typeof what === 'string' ? what : what()
      throw new Error(`not within ${timeoutMs} ms: ${name}`, { cause: last })
    }
    await pause(20)
  }
}
