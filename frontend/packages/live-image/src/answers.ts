/**
 * What the server answers over HTTP, beyond what the live link lives from, and the one place that reads it. Field names are the
 * wire's, times Unix milliseconds by the server's clock. What is no such answer reads as null; fields that are not known are ignored.
 */
import { type Alert, parseAlert } from './alerts.ts'
import { type LiveImage, parseImage } from './messages.ts'
import { type Fields, isNumber, isRecord, isString, numberOrNull, readEach, stringOrNull } from './reading.ts'

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

/** `GET /api/status`: how the node is, over the last hour. */
export interface SystemStatus {
  at: number
  node: string
  version: string
  epoch: string
  status: 'ok' | 'degraded' | 'down'
  reason: string | null
  services: ServiceStatus[]
  latency: {
    from: number
    to: number
    /** So many images were looked at: a sample of a busy hour. */
    images: number
    stages: Record<LatencyStage, StageLatency>
  }
  images: KindStatus[]
  clients: { websocket: number; long_poll: number }
  disks: DiskStatus[]
}

export interface ServiceStatus {
  name: string
  state: string
  pid: number | null
  since: number
  restarts: number
  queue: number
  seq: number
  memory_bytes: number | null
  cpu_s: number | null
}

export const LATENCY_STAGES = [
  'captured_written',
  'written_seen',
  'seen_pushed',
  'pushed_painted',
  'written_painted',
] as const
export type LatencyStage = (typeof LATENCY_STAGES)[number]

export interface StageLatency {
  count: number
  p50_ms: number | null
  p95_ms: number | null
  /** `[minute_start_ms, p50_ms, p95_ms]`; minutes without images are left out. */
  minutes: [number, number, number][]
}

export interface KindStatus {
  camera: string
  type: string
  last: LiveImage | null
  /** `[minute_start_ms, count]`. */
  minutes: [number, number][]
}

export interface DiskStatus {
  role: string
  path: string
  /** Null: the disk does not answer. */
  total_bytes: number | null
  free_bytes: number | null
  free_inodes: number | null
  total_inodes: number | null
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

export function parseStatus(value: unknown): SystemStatus | null {
  if (!isRecord(value) || !isRecord(value.latency) || !isRecord(value.clients)) return null
  const { at, node, version, epoch, status } = value
  if (!isNumber(at) || !isString(node) || !isString(version) || !isString(epoch)) return null
  if (status !== 'ok' && status !== 'degraded' && status !== 'down') return null
  const services = readEach(value.services, parseService)
  const latency = parseLatency(value.latency)
  const images = readEach(value.images, parseKind)
  const disks = readEach(value.disks, parseDisk)
  const { websocket, long_poll } = value.clients
  if (!services || !latency || !images || !disks || !isNumber(websocket) || !isNumber(long_poll)) return null
  const clients = { websocket, long_poll }
  return {
    at,
    node,
    version,
    epoch,
    status,
    reason: stringOrNull(value.reason),
    services,
    latency,
    images,
    clients,
    disks,
  }
}

function parseCoil(value: unknown): Coil | null {
  if (!isRecord(value)) return null
  const { coil_number, count, first_at, last_at } = value
  const last_image = parseImage(value.last_image)
  if (!isString(coil_number) || !isNumber(count) || !isNumber(first_at) || !isNumber(last_at)) return null
  return last_image && { coil_number, count, first_at, last_at, last_image }
}

function parseService(value: unknown): ServiceStatus | null {
  if (!isRecord(value) || !isString(value.name) || !isString(value.state)) return null
  return {
    name: value.name,
    state: value.state,
    pid: numberOrNull(value.pid),
    since: numberOrNull(value.since) ?? 0,
    restarts: numberOrNull(value.restarts) ?? 0,
    queue: numberOrNull(value.queue) ?? 0,
    seq: numberOrNull(value.seq) ?? 0,
    memory_bytes: numberOrNull(value.memory_bytes),
    cpu_s: numberOrNull(value.cpu_s),
  }
}

function parseLatency(value: Fields): SystemStatus['latency'] | null {
  const { from, to, images } = value
  if (!isNumber(from) || !isNumber(to) || !isNumber(images) || !isRecord(value.stages)) return null
  const stages: Partial<Record<LatencyStage, StageLatency>> = {}
  for (const name of LATENCY_STAGES) stages[name] = parseStage(value.stages[name])
  return { from, to, images, stages: stages as Record<LatencyStage, StageLatency> }
}

/** A stage that the server does not measure has no images. */
function parseStage(value: unknown): StageLatency {
  const { count, p50_ms, p95_ms, minutes } = isRecord(value) ? value : {}
  return {
    count: numberOrNull(count) ?? 0,
    p50_ms: numberOrNull(p50_ms),
    p95_ms: numberOrNull(p95_ms),
    minutes: readEach(minutes, parseTriple) ?? [],
  }
}

function parseKind(value: unknown): KindStatus | null {
  if (!isRecord(value) || !isString(value.camera) || !isString(value.type)) return null
  const minutes = readEach(value.minutes, parsePair)
  return minutes && { camera: value.camera, type: value.type, last: parseImage(value.last), minutes }
}

function parseDisk(value: unknown): DiskStatus | null {
  if (!isRecord(value)) return null
  const { role, path } = value
  if (!isString(role) || !isString(path)) return null
  const bytes = { total_bytes: numberOrNull(value.total_bytes), free_bytes: numberOrNull(value.free_bytes) }
  const inodes = { free_inodes: numberOrNull(value.free_inodes), total_inodes: numberOrNull(value.total_inodes) }
  return { role, path, ...bytes, ...inodes }
}

function parsePair(value: unknown): [number, number] | null {
  if (!Array.isArray(value)) return null
  const [one, two]: unknown[] = value
  return isNumber(one) && isNumber(two) ? [one, two] : null
}

function parseTriple(value: unknown): [number, number, number] | null {
  if (!Array.isArray(value)) return null
  const [one, two, three]: unknown[] = value
  return isNumber(one) && isNumber(two) && isNumber(three) ? [one, two, three] : null
}
