/** One client, and so one socket, for each server, however many components use it. */
import { LiveImageClient } from './client.ts'

const clients = new Map<string, LiveImageClient>()

/** The page's client for `serverUrl`; default: where the page came from. It is forgotten when its last view has left. */
export function clientFor(serverUrl?: string): LiveImageClient {
  const key = serverUrl ?? ''
  const known = clients.get(key)
  if (known) return known
  const client = new LiveImageClient({
    ...(serverUrl === undefined ? {} : { serverUrl }),
    onIdle: () => {
      if (clients.get(key) === client) clients.delete(key)
    },
  })
  clients.set(key, client)
  return client
}
