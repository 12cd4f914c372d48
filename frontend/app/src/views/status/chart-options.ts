/** How the charts look. Pure, but for what the sheet says. */
import type uPlot from 'uplot'
import type { MakeOptions, Sheet } from './chart.tsx'
import { formatMs } from './figures.ts'

export const SCALES = ['log', 'linear'] as const
export type Scale = (typeof SCALES)[number]

const MINUTE_MS = 60_000
const STEPS = [10, 15, 20, 30, 60].map(minutes => minutes * MINUTE_MS)

/** Up to the end of the last minute, whatever is drawn: the pointer is at the same time in all charts. */
const MINUTES: uPlot.Scale = { time: true, range: (_, first, last) => [first ?? 0, (last ?? 0) + MINUTE_MS] }

/** p50 as a line, and up to p95 a band above it. The inverse hyperbolic sine is a logarithm that bears 0, and a clock that is ahead. */
export function latencyOptions(scale: Scale, formatTime: (at: number) => string): MakeOptions {
  return sheet => ({
    scales: { x: MINUTES, y: scale === 'log' ? { distr: 4, asinh: 1 } : { range: fromZero } },
    axes: [timeAxis(sheet, formatTime), valueAxis(sheet, 4, formatMs)],
    series: [{}, line(sheet, '--text', 2), line(sheet, '--accent', 1.5)],
    bands: [{ series: [2, 1], fill: faint(sheet, '--accent') }],
  })
}

export function rateOptions(formatTime: (at: number) => string, bars: uPlot.Series.PathBuilder): MakeOptions {
  return sheet => ({
    scales: { x: MINUTES, y: { range: fromZero } },
    axes: [timeAxis(sheet, formatTime), valueAxis(sheet, 3, String)],
    series: [{}, { paths: bars, fill: sheet.colour('--muted'), width: 0, points: { show: false } }],
  })
}

function fromZero(_: uPlot, least: number | null, most: number | null): [number, number] {
  return [Math.min(0, least ?? 0), Math.max(1, most ?? 0) * 1.08]
}

function line(sheet: Sheet, token: string, width: number): uPlot.Series {
  const stroke = sheet.colour(token)
  // A minute between two without images is a point, not nothing.
  return { stroke, width, points: { show: true, size: 4, width: 0, fill: stroke } }
}

function faint(sheet: Sheet, token: string): () => string {
  const colour = sheet.colour(token)
  return () => `color-mix(in srgb, ${colour()} 22%, transparent)`
}

function timeAxis(sheet: Sheet, formatTime: (at: number) => string): uPlot.Axis {
  return {
    ...axis(sheet),
    size: sheet.rem(1.6),
    space: sheet.rem(4),
    incrs: STEPS,
    values: (_, splits) => splits.map(formatTime),
  }
}

function valueAxis(sheet: Sheet, rems: number, format: (value: number) => string): uPlot.Axis {
  return {
    ...axis(sheet),
    size: sheet.rem(rems),
    space: sheet.rem(1.8),
    values: (_, splits) => splits.map(value => (value === null ? '' : format(value))),
  }
}

function axis(sheet: Sheet): uPlot.Axis {
  const grid = { stroke: sheet.colour('--line'), width: 1 }
  return { stroke: sheet.colour('--muted'), font: sheet.font, gap: 4, grid, ticks: { ...grid, size: 4 } }
}
