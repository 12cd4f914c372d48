/** At which frames the ruler has its ticks. Pure. */

/** 1, 2, 5, 10, ... : the least of them that keeps ticks `leastPx` apart when a frame is `framePx` wide. */
export function tickStep(framePx: number, leastPx: number): number {
  let step = 1
  for (let turn = 0; step * framePx < leastPx && step < 1e9; turn += 1) step *= turn % 3 === 1 ? 2.5 : 2
  return step
}

/** Indices of the frames with a tick, from `first` to `last`. People count from 1, so the first frame has one, then each `step`-th. */
export function ticks(first: number, last: number, step: number): number[] {
  const found: number[] = first === 0 ? [0] : []
  for (let number = Math.max(1, Math.ceil((first + 1) / step)) * step; number <= last + 1; number += step)
    if (number > 1) found.push(number - 1)
  return found
}
