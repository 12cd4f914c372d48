/** How the compare view shows its pair, as it stands in the address. Pure. */
import { DEFAULT_KINDS, DEFAULT_TYPE } from '../../data/live-filter.ts'
import type { Params, Place } from '../../place/place.ts'
import type { Pair, Side } from './pairing.ts'

/** Beside or below one another, one over the other with a divider, or in turn. */
export const MODES = ['side', 'swipe', 'blink'] as const
export type Mode = (typeof MODES)[number]

/**
 * How often a second the pictures change places. There and back is one flash, so the fastest makes two a second; three are the
 * most that harm nobody (WCAG 2.3.1).
 */
export const RATES_HZ = [0.5, 1, 2, 3, 4] as const
const DEFAULT_RATE_HZ = 2
const DEFAULT_SPLIT = 50

export interface Settings {
  readonly mode: Mode
  /** Which kind is on which side. */
  readonly kinds: Readonly<Record<Side, string>>
  /** Where the divider stands, in per cent from the left. */
  readonly split: number
  readonly rateHz: number
  readonly isBlinking: boolean
  /** A fixed frame, by one of its images; null: the newest. */
  readonly frame: { readonly type: string; readonly file: string } | null
}

/** `kinds` are the server's; who wants little motion starts the blinking by hand. */
export function readSettings(params: Place['params'], kinds: readonly string[], wantsLittleMotion: boolean): Settings {
  const [first, second] = kinds.length >= 2 ? kinds : DEFAULT_KINDS
  const known = (kind: string | undefined) => (kind !== undefined && kinds.includes(kind) ? kind : undefined)
  const left = known(params.left) ?? (params.right === first ? second : first) ?? DEFAULT_TYPE
  const right = known(params.right) ?? (left === first ? second : first) ?? DEFAULT_TYPE
  const rate = Number(params.rate)
  return {
    mode: MODES.find(mode => mode === params.mode) ?? 'side',
    kinds: { left, right },
    split: readSplit(params.split),
    rateHz: RATES_HZ.find(each => each === rate) ?? DEFAULT_RATE_HZ,
    isBlinking: params.blink === undefined ? !wantsLittleMotion : params.blink === 'on',
    frame: params.file === undefined ? null : { type: params.type ?? DEFAULT_TYPE, file: params.file },
  }
}

/** Defaults are left out of the address. */
export function writeMode(mode: Mode): Params {
  return { mode: mode === 'side' ? undefined : mode }
}

export function writeRate(rateHz: number): Params {
  return { rate: rateHz === DEFAULT_RATE_HZ ? undefined : rateHz }
}

export function writeSplit(split: number): Params {
  const bounded = boundSplit(split)
  return { split: bounded === DEFAULT_SPLIT ? undefined : bounded }
}

/** To a tenth of a per cent: finer than a pixel of most screens. */
export function boundSplit(split: number): number {
  return Math.round(Math.min(Math.max(split, 0), 100) * 10) / 10
}

/** The next slower (-1) or faster (1) rate; the same at the end. */
export function nextRate(rateHz: number, step: -1 | 1): number {
  const rates: readonly number[] = RATES_HZ
  return rates[rates.indexOf(rateHz) + step] ?? rateHz
}

/** The address of a frame, by its image of the kind `preferred` if it has come; what else is in the address stays. */
export function writeFrame({ left, right }: Pair, preferred: string | undefined): Params {
  const image = [left, right].find(each => each?.type === preferred) ?? left ?? right
  return image ? { camera: image.camera, type: image.type, file: image.filename } : {}
}

function readSplit(text: string | undefined): number {
  const split = Number(text)
  return text !== undefined && Number.isFinite(split) ? boundSplit(split) : DEFAULT_SPLIT
}
