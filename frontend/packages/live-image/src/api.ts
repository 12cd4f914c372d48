/** Everything that a server answers over HTTP, typed: each call once, without retries. */
import { addressOf, pageOrigin } from './address.ts'
import { type Alert, parseAlert } from './alerts.ts'
import {
  type AlertPage,
  type Coil,
  type Density,
  type HistoryPage,
  type ImageDetails,
  parseAlerts,
  parseCoils,
  parseDensity,
  parseDetails,
  parseHistory,
} from './answers.ts'
import { type Filter, type LiveImage, parseConfig, type ServerConfig } from './messages.ts'
import { isRecord, parseJson, stringOrNull } from './reading.ts'
import { parseSilence, parseSilences, type Silence, type SilenceRequest } from './silences.ts'
import { parseStatus, type SystemStatus } from './status.ts'

export interface HistoryQuery extends Filter {
  /** Captured at this time or later, Unix milliseconds. */
  from?: number | undefined
  /** Captured before this time. */
  to?: number | undefined
  /** By capture time; default `newest`. */
  order?: 'newest' | 'oldest' | undefined
  /** The `next` of the page before. */
  before?: string | undefined
  /** So many images, 1 to 1000; default 100. */
  limit?: number | undefined
}

export interface DensityQuery extends Filter {
  from?: number | undefined
  to?: number | undefined
  /** So many buckets at most, 1 to 5000; default 1000. */
  buckets?: number | undefined
}

export interface CoilsQuery {
  camera?: string | undefined
  /** So many coils, 1 to 1000; default 100. */
  limit?: number | undefined
}

export interface AlertsQuery {
  /** Default `all`. */
  state?: 'firing' | 'all' | undefined
  /** The `next` of the page before. */
  before?: string | undefined
  /** So many alerts, 1 to 1000; default 100. */
  limit?: number | undefined
}

/** What went wrong, as the server says it. `status` is 0 when there was no answer at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly title: string
  readonly detail: string

  constructor(status: number, title: string, detail: string) {
    super(detail === '' ? title : `${title}: ${detail}`)
    this.status = status
    this.title = title
    this.detail = detail
  }
}

/** The error before if it says the same, so that nobody takes it for news. */
export function sameError(before: ApiError | null, now: ApiError): ApiError {
  return before?.status === now.status && before.message === now.message ? before : now
}

/** All calls reject with ApiError, or with the signal's reason once it is aborted. */
export interface Api {
  /** One image with its twins and where it was when. 404: there is none. */
  details(camera: string, type: string, filename: string, signal?: AbortSignal): Promise<ImageDetails>
  history(query?: HistoryQuery, signal?: AbortSignal): Promise<HistoryPage>
  density(query?: DensityQuery, signal?: AbortSignal): Promise<Density>
  /** The last seen first. */
  coils(query?: CoilsQuery, signal?: AbortSignal): Promise<Coil[]>
  status(signal?: AbortSignal): Promise<SystemStatus>
  alerts(query?: AlertsQuery, signal?: AbortSignal): Promise<AlertPage>
  /** 404: there is no such alert. 409: it is resolved already. 403: not from this page. */
  acknowledge(id: number, by: { by: string; note: string }, signal?: AbortSignal): Promise<Alert>
  /** Those that last, or with `all` the latest thousand; the newest first. */
  silences(state?: 'lasting' | 'all', signal?: AbortSignal): Promise<Silence[]>
  /** From now on nothing of what it names is sent, for so long. 403: not from this page. */
  silence(request: SilenceRequest, signal?: AbortSignal): Promise<Silence>
  /** Ends it before its time. 404: there is no such silence. 409: it is over already. 403: not from this page. */
  endSilence(id: number, by: string, signal?: AbortSignal): Promise<Silence>
  config(signal?: AbortSignal): Promise<ServerConfig>
  /** A small JPEG of the image; with `epoch` its answer is kept for ever. A server that numbers nothing makes none. */
  previewUrl(image: LiveImage, size: 'strip' | 'screen', epoch?: string | null): string
  imageUrl(image: LiveImage): string
  /** Absolute address of any path on the server. */
  resolve(path: string): string
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

const TIMEOUT_MS = 10_000

/** The HTTP side of the server at `serverUrl`; default: where the page came from. Nothing is asked until a method is called. */
export function createApi(serverUrl?: string, fetch: Fetch = (url, init) => globalThis.fetch(url, init)): Api {
  const resolve = (path: string) => addressOf(serverUrl ?? pageOrigin())(path)

  async function ask<T>(
    path: string,
    read: (body: unknown) => T | null,
    signal: AbortSignal | undefined,
    init: RequestInit = {},
  ): Promise<T> {
    const body = await exchange(fetch, resolve(path), { cache: 'no-store', ...init }, signal)
    const answer = body.ok ? read(parseJson(body.text)) : null
    if (answer === null)
      throw body.ok ? new ApiError(body.status, 'Not understood', `${path} says something else`) : refused(body)
    return answer
  }

  return {
    details: (camera, type, filename, signal) =>
      ask(`/api/images/${[camera, type, filename].map(encodeURIComponent).join('/')}`, parseDetails, signal),
    history: (query = {}, signal) => ask(`/api/images${filtered(query)}`, parseHistory, signal),
    density: (query = {}, signal) => ask(`/api/images/density${filtered(query)}`, parseDensity, signal),
    coils: (query = {}, signal) => ask(`/api/coils${search({ ...query })}`, parseCoils, signal),
    status: signal => ask('/api/status', parseStatus, signal),
    alerts: (query = {}, signal) => ask(`/api/alerts${search({ ...query })}`, parseAlerts, signal),
    acknowledge: (id, { by, note }, signal) =>
      ask(`/api/alerts/${id}/acknowledge`, parseAlert, signal, saying({ by, note })),
    silences: (state, signal) => ask(`/api/silences${search({ state })}`, parseSilences, signal),
    silence: (request, signal) => ask('/api/silences', parseSilence, signal, saying(request)),
    endSilence: (id, by, signal) => ask(`/api/silences/${id}/end`, parseSilence, signal, saying({ by })),
    config: signal => ask('/api/config', parseConfig, signal),
    previewUrl(image, size, epoch) {
      if (image.seq === null) return resolve(image.url)
      return resolve(`/preview/${image.seq}${search({ size, epoch: epoch ?? undefined })}`)
    },
    imageUrl: image => resolve(image.url),
    resolve,
  }
}

function saying(body: object): RequestInit {
  return { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
}

interface Body {
  ok: boolean
  status: number
  statusText: string
  text: string
}

async function exchange(fetch: Fetch, url: string, init: RequestInit, signal: AbortSignal | undefined): Promise<Body> {
  signal?.throwIfAborted()
  const stop = new AbortController()
  const abort = () => stop.abort(signal?.reason)
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS)
  signal?.addEventListener('abort', abort)
  try {
    const response = await fetch(url, { ...init, signal: stop.signal })
    const { ok, status, statusText } = response
    return { ok, status, statusText, text: await response.text() }
  } catch (error) {
    signal?.throwIfAborted()
    const detail = stop.signal.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : String(error)
    throw new ApiError(0, 'The server cannot be reached', detail)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/** As the problem document says it (RFC 9457), or as well as can be told without one. */
function refused({ status, statusText, text }: Body): ApiError {
  const problem = parseJson(text)
  const { title, detail } = isRecord(problem) ? problem : {}
  return new ApiError(status, stringOrNull(title) ?? (statusText || `HTTP ${status}`), stringOrNull(detail) ?? '')
}

/** The wire says `type` and `coil` where the package says `imageType` and `coilNumber`. */
function filtered({ imageType, coilNumber, ...rest }: HistoryQuery | DensityQuery): string {
  return search({ ...rest, type: imageType, coil: coilNumber })
}

function search(values: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value))
  return query.size === 0 ? '' : `?${query}`
}
