/** One client, and so one socket, for each server, however many components use it. */
import { addressOf } from './address.ts'
import { AlertsFeed } from './alerts-feed.ts'
import { type Api, createApi } from './api.ts'
import { LiveImageClient } from './client.ts'
import { browserEnvironment } from './environment.ts'
import { StatusFeed } from './status-feed.ts'

/** What a page has of one server. Nothing of it runs while nobody uses it. */
export interface Server {
  readonly client: LiveImageClient
  readonly api: Api
  readonly status: StatusFeed
  readonly alerts: AlertsFeed
}

const servers = new Map<string, Server>()

/** The page's client for `serverUrl`; default: where the page came from. */
export function clientFor(serverUrl?: string): LiveImageClient {
  return serverFor(serverUrl).client
}

/** Never forgotten: a component that waits disabled may come back to it, and must find the socket that others use. */
export function serverFor(serverUrl?: string): Server {
  const key = keyOf(serverUrl)
  const known = servers.get(key)
  if (known) return known
  const environment = browserEnvironment()
  const api = createApi(serverUrl, environment.fetch)
  const client = new LiveImageClient(serverUrl === undefined ? { environment } : { serverUrl, environment })
  const status = new StatusFeed(api, environment)
  const server: Server = { client, api, status, alerts: new AlertsFeed(api, client, environment) }
  servers.set(key, server)
  return server
}

/** The same server has one key, whether it is named or taken for granted. Where there is no page it is never asked. */
function keyOf(serverUrl: string | undefined): string {
  const url = serverUrl ?? (typeof window === 'undefined' ? '' : window.location.origin)
  return addressOf(url)('')
}
