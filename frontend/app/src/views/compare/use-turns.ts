/** Two pictures in turn, written past React: it changes several times a second. */
import { type RefObject, useCallback, useEffect } from 'react'

type Box = RefObject<HTMLElement | null>

/**
 * While it is on, `data-turn` of the box goes to and fro between `left` and `right`, so many times a second. Returns how to do that by
 * hand.
 */
export function useTurns(box: Box, isOn: boolean, rateHz: number): () => void {
  const flip = useCallback(() => {
    const { dataset } = box.current ?? {}
    if (dataset) dataset.turn = dataset.turn === 'right' ? 'left' : 'right'
  }, [box])
  useEffect(() => {
    if (!isOn) return
    const timer = window.setInterval(flip, 1000 / rateHz)
    return () => window.clearInterval(timer)
  }, [isOn, rateHz, flip])
  return flip
}

/** Whether whoever sits here asked the system for little motion. */
export function wantsLittleMotion(): boolean {
  // Missing where nothing is laid out, as in a test.
  return window.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? false
}
