/** Where things are on a server. */

/** Makes absolute addresses out of a server's paths; what is absolute already stays as it is. */
export function addressOf(serverUrl: string): (path: string) => string {
  const base = serverUrl.replace(/^ws/, 'http').replace(/\/+$/, '')
  return path => (/^[a-z][a-z0-9+.-]*:/i.test(path) ? path : `${base}/${path.replace(/^\/+/, '')}`)
}

/** Where the page came from, which is where the server is unless somebody says otherwise. */
export function pageOrigin(): string {
  return window.location.origin
}
