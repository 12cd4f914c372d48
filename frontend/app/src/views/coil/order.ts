/** Which frames are drawn when there are more than pixels, and what is loaded first. Pure. */
import { LEVELS, type Level, sourceOf } from './levels.ts'

export interface Need {
  readonly index: number
  readonly level: Level
}

/** Frames from `first` to before `end`, every `stride`-th. */
export interface Samples {
  readonly first: number
  readonly end: number
  readonly stride: number
}

/** A frame gets no less than so many of the screen's pixels. */
const LEAST_PX = 1.5
/** So many samples make a first picture of everything in sight. */
const COARSE = 48

/** Every how many frames one is drawn: a power of two, so that a finer picture keeps what a coarser one had. */
export function strideFor(framePx: number): number {
  let stride = 1
  while (stride * framePx < LEAST_PX && stride < 1 << 20) stride *= 2
  return stride
}

/** The stride of the first picture of `count` frames, for whom `stride` is the last word. */
export function coarseStride(count: number, stride: number): number {
  let coarse = stride
  while (count / coarse > COARSE) coarse *= 2
  return coarse
}

/** Samples are multiples of the stride, wherever the sight begins. The first may lie before it and reach into it. */
export function samplesIn(first: number, last: number, stride: number): Samples {
  return { first: Math.max(0, first - (first % stride)), end: last + 1, stride }
}

/**
 * Coarse to fine, and at each step from the middle outwards. When a frame needs more than the small preview has, that one is loaded
 * first all the same: it is there at once.
 */
export function inOrder(samples: Samples, middle: number, levelOf: (index: number) => Level): Need[] {
  const { first, end, stride } = samples
  const needs: Need[] = []
  const coarse = coarseStride(end - first, stride)
  for (let step = coarse; step >= stride; step /= 2) {
    const isFirst = step === coarse
    const indices: number[] = []
    for (let index = first - (first % step); index < end; index += step) {
      if (isFirst || index % (2 * step) !== 0) indices.push(index)
    }
    for (const index of outwards(indices, middle)) needs.push({ index, level: small(levelOf(index)) })
  }
  const fine = needs.filter(({ index }) => sourceOf(levelOf(index)) !== 'strip').map(({ index }) => index)
  for (const index of outwards(fine, middle)) needs.push({ index, level: levelOf(index) })
  return needs
}

/** The samples on both sides of what is in sight, nearest first: a pan finds them there. */
export function beside({ first, end, stride }: Samples, count: number, level: Level): Need[] {
  const reach = Math.max(stride, Math.ceil((end - first) / 2 / stride) * stride)
  const needs: Need[] = []
  for (let away = stride; away <= reach; away += stride) {
    const after = first + Math.ceil((end - first) / stride) * stride + away - stride
    if (after < count) needs.push({ index: after, level: small(level) })
    if (first - away >= 0) needs.push({ index: first - away, level: small(level) })
  }
  return needs
}

function small(level: Level): Level {
  return sourceOf(level) === 'strip' ? level : (LEVELS[2] ?? level)
}

function outwards(indices: readonly number[], middle: number): number[] {
  return [...indices].sort((one, other) => Math.abs(one - middle) - Math.abs(other - middle) || one - other)
}
