/**
 * What the server answers over HTTP, beyond what the live link lives from, and the one place that reads it. Field names are the
 * wire's, times Unix milliseconds by the server's clock. What is no such answer reads as null; fields that are not known are ignored.
 */
import { type Alert, parseAlert } from './alerts.ts'
import { type LiveImage, parseImage } from './messages.ts'
import { isNumber, isRecord, isString, numberOrNull, parsePair, readEach, stringOrNull } from './reading.ts'

/** `GET /api/images/{camera}/{type}/{filename}`. */
export interface ImageDetails {
  epoch: string
  image: LiveImage
  /** The other kinds of the same frame: same camera, coil and capture time. */
  twins: Record<string, LiveImage>
  provenance: Provenance
}

/** When an image was where. */
export interface Provenance {
  captured_at: number
  written_at: number
  seen_at: number
  /** When it was first given to clients; null when nobody was connected, or it is longer ago than is kept. */
  pushed_at: number | null
  /** When the first screen reported it. */
  painted_at: number | null
}

/** `GET /api/images`: one page. */
export interface HistoryPage {
  images: LiveImage[]
  /** The `before` of the next page; null at the end. */
  next: string | null
}

/** `GET /api/images/density`: how many images when. */
export interface Density {
  from: number | null
  to: number | null
  width_ms: number
  total: number
  /** `[start_ms, count]`, ascending; those without images are left out. */
  buckets: [number, number][]
}

/** A coil that was seen, one of `GET /api/coils`. */
export interface Coil {
  coil_number: string
  count: number
  first_at: number
  last_at: number
  last_image: LiveImage
}

/** `GET /api/alerts`: one page, firing ones first of all, then newest start first. */
export interface AlertPage {
  alerts: Alert[]
  /** The `before` of the next page; null at the end. */
  next: string | null
}

export function parseDetails(value: unknown): ImageDetails | null {
  if (!isRecord(value) || !isString(value.epoch) || !isRecord(value.twins) || !isRecord(value.provenance)) return null
  const image = parseImage(value.image)
  const { captured_at, written_at, seen_at, pushed_at, painted_at } = value.provenance
  if (!image || !isNumber(captured_at) || !isNumber(written_at) || !isNumber(seen_at)) return null
  const twins: Record<string, LiveImage> = {}
  for (const [kind, twin] of Object.entries(value.twins)) {
    const read = parseImage(twin)
    if (read) twins[kind] = read
  }
  const reported = { pushed_at: numberOrNull(pushed_at), painted_at: numberOrNull(painted_at) }
  return { epoch: value.epoch, image, twins, provenance: { captured_at, written_at, seen_at, ...reported } }
}

export function parseHistory(value: unknown): HistoryPage | null {
  if (!isRecord(value)) return null
  const images = readEach(value.images, parseImage)
  return images && { images, next: stringOrNull(value.next) }
}

export function parseDensity(value: unknown): Density | null {
  if (!isRecord(value) || !isNumber(value.width_ms) || !isNumber(value.total)) return null
  const buckets = readEach(value.buckets, parsePair)
  const { width_ms, total } = value
  return buckets && { from: numberOrNull(value.from), to: numberOrNull(value.to), width_ms, total, buckets }
}

export function parseCoils(value: unknown): Coil[] | null {
  return isRecord(value) ? readEach(value.coils, parseCoil) : null
}

export function parseAlerts(value: unknown): AlertPage | null {
  if (!isRecord(value)) return null
  const alerts = readEach(value.alerts, parseAlert)
  return alerts && { alerts, next: stringOrNull(value.next) }
}

function parseCoil(value: unknown): Coil | null {
  if (!isRecord(value)) return null
  const { coil_number, count, first_at, last_at } = value
  const last_image = parseImage(value.last_image)
  if (!isString(coil_number) || !isNumber(count) || !isNumber(first_at) || !isNumber(last_at)) return null
  return last_image && { coil_number, count, first_at, last_at, last_image }
}
