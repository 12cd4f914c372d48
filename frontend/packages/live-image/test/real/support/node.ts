/** A real node in a temporary folder: what `service-orchestrator` starts, and somebody who writes images for it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { until } from './until.ts'

const ORCHESTRATOR = resolve(import.meta.dirname, '../../../../../../.venv/bin/service-orchestrator')
const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 30_000

/** 64 x 48 in grey: small, and as real as any. */
const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/wAALCAAwAEABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AOTjWrMa1ajWrUa1ZjWrUa1ZjWrUa1wUa1ajWrMa1ajWrUa1ZjWrUa1ZjWuDjWrMa1ajWrMa1ajWrUa1ZjWrUa1wUa1ajWrMa1ajWrMa1ajWrUa1ZjWuCjWrUa1ajWrMa1ajWrMa1ajWs/xHq/8AZGn/ALo4upsrF8uQMYyT9Afzxx1rnI1qzGtWo1q1GtWY1q1GtSyzQ2lu89w4jijGWY9q8z1O/l1XUJLqUbd2AqZJCKOgH+epNf/Z',
  'base64',
)

export class RealNode {
  /** Short, since the paths of sockets must be. */
  readonly folder = mkdtempSync(join(tmpdir(), 'cc-'))
  readonly state = join(this.folder, 's')
  readonly images = join(this.folder, 'images')
  port = 0
  readonly #settings: Record<string, string>
  #process: ChildProcess | null = null
  #written = 0

  /** `settings` are environment variables for it. */
  constructor(settings: Record<string, string> = {}) {
    this.#settings = settings
    for (const kind of ['original', 'labeled']) mkdirSync(join(this.images, kind), { recursive: true })
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Returns when it answers; on the same port as before if it ran before. */
  async start(): Promise<void> {
    if (this.port === 0) this.port = await freePort()
    const log = openSync(join(this.folder, 'node.log'), 'a')
    const env = {
      ...process.env,
      COILCAST_STATE_PATH: this.state,
      IMAGE_BASE_PATH: this.images,
      IMAGE_RECEIVER_PORT: String(this.port),
      COILCAST_METRICS_PORT: '0',
      COILCAST_RETENTION_ENABLED: 'false',
      ...this.#settings,
    }
    const started = spawn(ORCHESTRATOR, ['up'], { env, stdio: ['ignore', log, log] })
    this.#process = started
    await until(
      async () => {
        if (started.exitCode !== null) throw new Error(`the node ended with ${started.exitCode}:\n${this.#log()}`)
        return (await fetch(`${this.url}/api/config`, { signal: AbortSignal.timeout(2000) })).ok
      },
      START_TIMEOUT_MS,
      'a node that answers',
    )
  }

  /** Ends it as ops would. */
  async stop(): Promise<void> {
    const ending = this.#process
    this.#process = null
    if (ending === null || ending.exitCode !== null) return
    ending.kill('SIGTERM')
    await until(() => ending.exitCode !== null || ending.signalCode !== null, STOP_TIMEOUT_MS, 'the end of the node')
  }

  /** Ends it by whatever means, and leaves nothing behind. */
  async close(): Promise<void> {
    try {
      this.signal('SIGCONT')
      await this.stop()
    } finally {
      for (const pid of this.#processes()) kill(pid, 'SIGKILL')
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    }
  }

  /** To the gateway; returns its pid, 0 when there is none. */
  signal(name: NodeJS.Signals): number {
    const pid = this.gatewayPid
    if (pid !== 0) kill(pid, name)
    return pid
  }

  /** The pid that holds the gateway's lock. */
  get gatewayPid(): number {
    try {
      return Number(readFileSync(join(this.state, 'run', 'gateway-0.lock'), 'ascii'))
    } catch {
      return 0
    }
  }

  /** The record is lost; the images stay. To be called while it is stopped. */
  deleteCatalog(): void {
    for (const name of readdirSync(this.state)) if (name.startsWith('catalog.db')) rmSync(join(this.state, name))
  }

  /** Puts an image of `coil` into the folder as a camera does: under a hidden name, then renamed. Returns its name. */
  write(coil: string, kind = 'original'): string {
    this.#written += 1
    const at = new Date(Date.UTC(2026, 0, 1, 0, 0, this.#written)).toISOString().replace(/\D/g, '').slice(0, 14)
    const name = `${at}_${coil}_${kind}.jpg`
    const hidden = join(this.images, kind, '.being-written')
    writeFileSync(hidden, JPEG)
    renameSync(hidden, join(this.images, kind, name))
    return name
  }

  /** Every process that was started for this node: they all carry its state folder in their environment. */
  #processes(): number[] {
    const mark = `COILCAST_STATE_PATH=${this.state}`
    return readdirSync('/proc')
      .filter(entry => /^\d+$/.test(entry))
      .filter(entry => {
        try {
          return readFileSync(`/proc/${entry}/environ`, 'latin1').split('\0').includes(mark)
        } catch {
          return false
        }
      })
      .map(Number)
  }

  #log(): string {
    return readFileSync(join(this.folder, 'node.log'), 'utf8')
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer()
    probe.once('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => found(port))
    })
  })
}
