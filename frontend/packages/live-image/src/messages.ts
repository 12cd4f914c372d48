/**
 * What the server says, and the one place that reads it. Field names are the wire's. Times are Unix milliseconds by the
 * server's clock. Whatever is not understood reads as null and is ignored: a newer server may say more than this client knows.
 */
import { type Alert, parseAlert } from './alerts.ts'
import type { PaintReport } from './paints.ts'
import { type Fields, isNumber, isRecord, isString, isStrings, numberOrNull, parseJson } from './reading.ts'

/** One version of one image. */
export interface LiveImage {
  filename: string
  /** Path on the server; `getImageUrl` makes it absolute. */
  url: string
  /** When it was captured. */
  timestamp: number
  type: string
  coil_number: string | null
  /** Bytes. */
  size: number
  /** When it was captured, ISO 8601 in UTC. */
  created_at: string
  camera: string
  /** Names this version. Null from a server that numbers nothing. */
  seq: number | null
  width: number | null
  height: number | null
  written_at: number | null
  seen_at: number | null
  /** It lay in the folder before the server knew of it: `seen_at` says nothing of its age. */
  imported?: boolean
}

export interface Health {
  status: 'ok' | 'degraded' | 'down'
  reason: string | null
  services: Record<string, string>
}

export type ResetReason = 'epoch' | 'trimmed' | 'ahead'

export interface CurrentImages {
  type: 'current_images'
  data: Record<string, LiveImage>
  timestamp: number
}
export interface ImageUpdate {
  type: 'image_update'
  data: LiveImage
  timestamp: number
  epoch?: string
  skipped?: number
}
/** A new version of an image that is not the newest: never to be shown as new. */
export interface ImageRevised {
  type: 'image_revised'
  data: LiveImage
  timestamp: number
  epoch: string
}
export interface ImageRemoved {
  type: 'image_removed'
  data: { camera: string; type: string; filename: string; seq: number; image_seq: number }
  epoch: string
  timestamp: number
}
export interface Subscribed {
  type: 'subscribed'
  node: string
  epoch: string
  seq: number
  mode: Mode
  timestamp: number
  /** The server's, where it says so. */
  version?: string
}
export interface Reset {
  type: 'reset'
  reason: ResetReason
  epoch: string
  seq: number
  timestamp: number
}
export interface HealthMessage {
  type: 'health'
  data: Health
  timestamp: number
}
/** An alert began, changed, was acknowledged or is over; after `subscribed` one for each that is firing. */
export interface AlertMessage {
  type: 'alert'
  data: Alert
  timestamp: number
}
export interface Pong {
  type: 'pong'
  id: number
  timestamp: number
  /** All that this client wants was told up to here; left out while it is behind, and by a server that does not say. */
  seq?: number
}
export type ServerMessage =
  | CurrentImages
  | ImageUpdate
  | ImageRevised
  | ImageRemoved
  | Subscribed
  | Reset
  | HealthMessage
  | AlertMessage
  | Pong

/** `latest`: a slow client skips ahead to the newest. `every`: nothing is skipped. */
export type Mode = 'latest' | 'every'

export interface Filter {
  camera?: string | undefined
  imageType?: string | undefined
  coilNumber?: string | undefined
}
export interface Subscribe extends Filter {
  type: 'subscribe'
  mode: Mode
  previews: boolean
  epoch?: string
  seq?: number
}
export type ClientMessage = Subscribe | { type: 'ping'; id: number } | { type: 'painted'; images: PaintReport[] }

/** A screen-sized JPEG of image `seq`, pushed so that nobody has to ask for it. */
export interface Preview {
  epoch: string
  seq: number
  width: number
  height: number
  blob: Blob
}

/** `GET /api/images/current`. */
export interface CurrentAnswer {
  image: LiveImage | null
  isDemo: boolean
  epoch: string
  seq: number
  timestamp: number
}

/** `GET /api/config`. */
export interface ServerConfig {
  reconnect: { maxAttempts: number; delayMs: number }
  staleAfterS: number
  kinds: string[]
  cameras: string[]
  language: string
  node: string
  version: string
  /** The plant's time zone, where the server says it. */
  timezone?: string
}

/** A text frame's message, or null when this client does not know it. */
export function parseMessage(text: string): ServerMessage | null {
  const value = parseJson(text)
  if (!isRecord(value)) return null
  const type = String(value.type)
  // Own keys only: a message that calls itself `toString` is no message.
  return Object.hasOwn(READERS, type) ? (READERS[type]?.(value) ?? null) : null
}

/** A binary frame: big-endian length, that many bytes of JSON, the JPEG. Null when it is none that this client knows. */
export function parsePreview(frame: ArrayBuffer): Preview | null {
  if (frame.byteLength < 4) return null
  const length = new DataView(frame).getUint32(0)
  if (4 + length >= frame.byteLength) return null
  const header = parseJson(new TextDecoder().decode(new Uint8Array(frame, 4, length)))
  if (!isRecord(header) || header.type !== 'preview' || header.size !== 'screen') return null
  const { epoch, seq, width, height, contentType } = header
  if (!isString(epoch) || !isNumber(seq) || !isNumber(width) || !isNumber(height) || !isString(contentType)) return null
  return { epoch, seq, width, height, blob: new Blob([frame.slice(4 + length)], { type: contentType }) }
}

/** The body of `/api/images/current`, or null when it is none. */
export function parseCurrent(value: unknown): CurrentAnswer | null {
  if (!isRecord(value)) return null
  const { isDemo, epoch, seq, timestamp } = value
  const image = value.image === null ? null : parseImage(value.image)
  if (image === null && value.image !== null) return null
  if (!isString(epoch) || !isNumber(seq) || !isNumber(timestamp)) return null
  return { image, isDemo: isDemo === true, epoch, seq, timestamp }
}

/** The body of `/api/config`, or null when it is none. */
export function parseConfig(value: unknown): ServerConfig | null {
  if (!isRecord(value) || !isRecord(value.reconnect)) return null
  const { reconnect, staleAfterS, kinds, cameras, language, node, version, timezone } = value
  if (!isNumber(reconnect.maxAttempts) || !isNumber(reconnect.delayMs) || !isNumber(staleAfterS)) return null
  if (!isStrings(kinds) || !isStrings(cameras) || !isString(language) || !isString(node) || !isString(version))
    return null
  const config = { reconnect: { maxAttempts: reconnect.maxAttempts, delayMs: reconnect.delayMs }, staleAfterS }
  const rest = { kinds, cameras, language, node, version }
  return isString(timezone) ? { ...config, ...rest, timezone } : { ...config, ...rest }
}

const READERS: Record<string, (fields: Fields) => ServerMessage | null> = {
  current_images: fields => {
    if (!isRecord(fields.data) || !isNumber(fields.timestamp)) return null
    const data: Record<string, LiveImage> = {}
    for (const [key, value] of Object.entries(fields.data)) {
      const image = parseImage(value)
      if (image) data[key] = image
    }
    return { type: 'current_images', data, timestamp: fields.timestamp }
  },
  image_update: fields => {
    const data = parseImage(fields.data)
    if (!data || !isNumber(fields.timestamp)) return null
    const message: ImageUpdate = { type: 'image_update', data, timestamp: fields.timestamp }
    if (isString(fields.epoch)) message.epoch = fields.epoch
    if (isNumber(fields.skipped)) message.skipped = fields.skipped
    return message
  },
  image_revised: fields => {
    const data = parseImage(fields.data)
    if (!data || !isNumber(fields.timestamp) || !isString(fields.epoch)) return null
    return { type: 'image_revised', data, timestamp: fields.timestamp, epoch: fields.epoch }
  },
  image_removed: fields => {
    if (!isRecord(fields.data) || !isString(fields.epoch) || !isNumber(fields.timestamp)) return null
    const { camera, type, filename, seq, image_seq } = fields.data
    if (!isString(camera) || !isString(type) || !isString(filename) || !isNumber(seq) || !isNumber(image_seq))
      return null
    const data = { camera, type, filename, seq, image_seq }
    return { type: 'image_removed', data, epoch: fields.epoch, timestamp: fields.timestamp }
  },
  subscribed: ({ node, epoch, seq, mode, timestamp, version }) => {
    if (!isString(node) || !isString(epoch) || !isNumber(seq) || !isNumber(timestamp)) return null
    const message: Subscribed = {
      type: 'subscribed',
      node,
      epoch,
      seq,
      mode: mode === 'every' ? mode : 'latest',
      timestamp,
    }
    if (isString(version)) message.version = version
    return message
  },
  reset: ({ reason, epoch, seq, timestamp }) => {
    if (!isString(epoch) || !isNumber(seq) || !isNumber(timestamp)) return null
    return {
      type: 'reset',
      reason: reason === 'trimmed' || reason === 'ahead' ? reason : 'epoch',
      epoch,
      seq,
      timestamp,
    }
  },
  health: fields => {
    if (!isRecord(fields.data) || !isNumber(fields.timestamp)) return null
    const { status, reason, services } = fields.data
    if (status !== 'ok' && status !== 'degraded' && status !== 'down') return null
    const states = isRecord(services) ? services : {}
    const data: Health = {
      status,
      reason: isString(reason) ? reason : null,
      services: Object.fromEntries(Object.entries(states).map(([name, state]) => [name, String(state)])),
    }
    return { type: 'health', data, timestamp: fields.timestamp }
  },
  alert: fields => {
    const data = parseAlert(fields.data)
    return data && isNumber(fields.timestamp) ? { type: 'alert', data, timestamp: fields.timestamp } : null
  },
  pong: ({ id, timestamp, seq }) => {
    if (!isNumber(id) || !isNumber(timestamp)) return null
    return isNumber(seq) ? { type: 'pong', id, timestamp, seq } : { type: 'pong', id, timestamp }
  },
}

/** Null for what is no image. */
export function parseImage(value: unknown): LiveImage | null {
  if (!isRecord(value)) return null
  const { filename, url, timestamp, type, coil_number, size, created_at, camera, imported } = value
  if (!isString(filename) || !isString(url) || !isNumber(timestamp) || !isString(type)) return null
  const image: LiveImage = {
    filename,
    url,
    timestamp,
    type,
    coil_number: isString(coil_number) ? coil_number : null,
    size: isNumber(size) ? size : 0,
    created_at: isString(created_at) ? created_at : new Date(timestamp).toISOString(),
    camera: isString(camera) ? camera : 'main',
    seq: numberOrNull(value.seq),
    width: numberOrNull(value.width),
    height: numberOrNull(value.height),
    written_at: numberOrNull(value.written_at),
    seen_at: numberOrNull(value.seen_at),
  }
  if (imported === true) image.imported = true
  return image
}
