/** How the node is, as `GET /api/status` answers. Of an older server what it does not say is missing. */
import { type AlertSeverity, parseSeverity } from './alerts.ts'
import { type LiveImage, parseImage } from './messages.ts'
import {
  type Fields,
  isNumber,
  isRecord,
  isString,
  numberOrNull,
  parsePair,
  readEach,
  stringOrNull,
} from './reading.ts'

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
  flows: FlowStatus[]
  lines: LineStatus[]
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

/** How images come to one folder; an older server does not say. */
export interface FlowStatus {
  camera: string
  type: string
  /** `waiting`, `live`, `late` or `stalled`. */
  state: string
  since: number
  severity: AlertSeverity | null
  /** Why none come, as a code such as `storage_unmounted`. */
  reason: string | null
  /** The same for people, in the node's language. */
  text: string | null
  last_image_at: number | null
}

/** What was said of the line in front of one camera, or of all of it. */
export interface LineStatus {
  camera: string | null
  /** `running` or `stopped`. */
  state: string
  since: number
  by: string
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
    flows: readEach(value.flows, parseFlow) ?? [],
    lines: readEach(value.lines, parseLine) ?? [],
  }
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

function parseFlow(value: unknown): FlowStatus | null {
  if (!isRecord(value)) return null
  const { camera, type, state, since, severity } = value
  if (!isString(camera) || !isString(type) || !isString(state) || !isNumber(since)) return null
  return {
    camera,
    type,
    state,
    since,
    severity: isString(severity) ? parseSeverity(severity) : null,
    reason: stringOrNull(value.reason),
    text: stringOrNull(value.text),
    last_image_at: numberOrNull(value.last_image_at),
  }
}

function parseLine(value: unknown): LineStatus | null {
  if (!isRecord(value)) return null
  const { camera, state, since, by } = value
  return isString(state) && isNumber(since) && isString(by) ? { camera: stringOrNull(camera), state, since, by } : null
}

function parseTriple(value: unknown): [number, number, number] | null {
  if (!Array.isArray(value)) return null
  const [one, two, three]: unknown[] = value
  return isNumber(one) && isNumber(two) && isNumber(three) ? [one, two, three] : null
}
