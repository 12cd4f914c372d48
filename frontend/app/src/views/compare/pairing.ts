/**
 * Which images are one frame, and which frame to show now: the newest of which both have come, or, when a twin does not come in its
 * usual time, the newest there is. Never an older frame after a newer one. Pure.
 */
import { arrivedAt, isNewer, type LiveImage } from '@coilcast/live-image'

export const SIDES = ['left', 'right'] as const
export type Side = (typeof SIDES)[number]

/** One frame; null where the twin has not come. */
export type Pair = Readonly<Record<Side, LiveImage | null>>

interface Frame extends Pair {
  readonly key: string
  /** When the first of the two came here. */
  readonly sinceMs: number
}

export interface Pairing {
  /** Which count the numbers of the images belong to. */
  readonly epoch: string | null
  /** The last few, the newest at the end. */
  readonly frames: readonly Frame[]
  readonly shown: Pair | null
  /** How long after the first of a frame the second came, the last few times. */
  readonly lagsMs: readonly number[]
}

export const NO_FRAMES: Pairing = { epoch: null, frames: [], shown: null, lagsMs: [] }

/** At ten frames a second, more than the longest patience needs. */
const MAX_FRAMES = 128
const MAX_LAGS = 8

/** So long a twin is waited for where nobody has seen yet how long it takes. */
export const PATIENCE_MS = 2000
/** With nothing on the screen, half a frame is better than none. */
export const FIRST_PATIENCE_MS = 500
const MAX_PATIENCE_MS = 10_000

/** Same camera, same coil, same capture time: the same frame. */
export function pairKey({ camera, coil_number, timestamp }: LiveImage): string {
  return JSON.stringify([camera, coil_number, timestamp])
}

export function isComplete(pair: Pair): boolean {
  return pair.left !== null && pair.right !== null
}

/** An image came. The same pairing is returned where that changes nothing. */
export function arrive(before: Pairing, side: Side, image: LiveImage, epoch: string | null, nowMs: number): Pairing {
  const isOtherCount = before.epoch !== null && epoch !== null && epoch !== before.epoch
  const pairing = isOtherCount ? NO_FRAMES : before
  const key = pairKey(image)
  const known = pairing.frames.find(frame => frame.key === key)
  const earlier = known?.[side] ?? null
  if (earlier !== null && !isNewer(image, earlier)) return before
  const frame = { left: null, right: null, ...known, key, sinceMs: known?.sinceMs ?? nowMs, [side]: image }
  const frames = bound(
    insert(
      pairing.frames.filter(other => other !== known),
      frame,
    ),
  )
  const lagMs = earlier === null ? lagOf(frame) : null
  const lagsMs = lagMs === null ? pairing.lagsMs : [...pairing.lagsMs, lagMs].slice(-MAX_LAGS)
  return choose({ epoch: epoch ?? pairing.epoch, frames, shown: pairing.shown, lagsMs }, nowMs)
}

/** Time went by. The same pairing is returned where that changes nothing. */
export function tick(pairing: Pairing, nowMs: number): Pairing {
  return choose(pairing, nowMs)
}

/** How long until `tick` may change something; null: only another image can. */
export function dueInMs(pairing: Pairing, nowMs: number): number | null {
  const first = firstWaiting(pairing)
  if (first === undefined) return null
  const dueMs = first.sinceMs + patienceMs(pairing) - nowMs
  return dueMs > 0 ? dueMs : null
}

/** How long a twin may take before the view goes on without it: half as long again as it took lately. */
export function patienceMs({ shown, lagsMs }: Pairing): number {
  if (shown === null) return FIRST_PATIENCE_MS
  return Math.min(Math.max(PATIENCE_MS, ...lagsMs.map(lag => lag * 1.5)), MAX_PATIENCE_MS)
}

function choose(pairing: Pairing, nowMs: number): Pairing {
  const { frames, shown } = pairing
  const first = firstWaiting(pairing)
  const isOverdue = first !== undefined && nowMs - first.sinceMs >= patienceMs(pairing)
  const next = isOverdue ? frames.at(-1) : frames.findLast(isComplete)
  if (next === undefined || samePair(next, shown)) return pairing
  if (shown !== null && isLater(shown, next)) return pairing
  return { ...pairing, shown: { left: next.left, right: next.right } }
}

/** Of those after the newest complete frame the one that has waited longest: while twins come at all, there is a complete one soon. */
function firstWaiting({ frames }: Pairing): Frame | undefined {
  return frames[frames.findLastIndex(isComplete) + 1]
}

function insert(frames: readonly Frame[], frame: Frame): Frame[] {
  const before = frames.findLastIndex(other => !isLater(other, frame)) + 1
  return [...frames.slice(0, before), frame, ...frames.slice(before)]
}

/** What is forgotten while it waits hands on since when. */
function bound(frames: Frame[]): Frame[] {
  const [oldest, next] = frames
  if (frames.length <= MAX_FRAMES || oldest === undefined || next === undefined) return frames
  const sinceMs = isComplete(oldest) ? next.sinceMs : oldest.sinceMs
  return [{ ...next, sinceMs }, ...frames.slice(2)]
}

/** By arrival of the same kind; two frames that have no kind in common by when they were captured. */
function isLater(one: Pair, other: Pair): boolean {
  for (const side of SIDES) {
    const [mine, theirs] = [one[side], other[side]]
    if (mine !== null && theirs !== null) return isNewer(mine, theirs)
  }
  return timeOf(one) > timeOf(other)
}

function timeOf({ left, right }: Pair): number {
  return (left ?? right)?.timestamp ?? 0
}

function samePair(one: Pair, other: Pair | null): boolean {
  return one.left === other?.left && one.right === other?.right
}

/** Null where it says nothing of the next frame: incomplete, from before the server ran, or made anew long after. */
function lagOf({ left, right }: Pair): number | null {
  if (left === null || right === null || left.imported || right.imported) return null
  const lagMs = Math.abs(arrivedAt(left) - arrivedAt(right))
  return lagMs < MAX_PATIENCE_MS ? lagMs : null
}
