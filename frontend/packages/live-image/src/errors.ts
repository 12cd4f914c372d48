/**
 * `unreachable`: no socket could be had. `lost`: it closed. `silent`: it is open and says nothing. `too-slow`: the server closed
 * it because this client did not keep up. `http`: the fall-back failed as well. `gap`: the interruption was longer than the
 * server's log, so images in between were not told; what is shown is current.
 */
export type ErrorCode = 'unreachable' | 'lost' | 'silent' | 'too-slow' | 'http' | 'gap'

export class LiveImageError extends Error {
  override readonly name = 'LiveImageError'
  readonly code: ErrorCode

  constructor(code: ErrorCode) {
    super(MESSAGES[code])
    this.code = code
  }
}

const MESSAGES: Record<ErrorCode, string> = {
  unreachable: 'The server cannot be reached by WebSocket; trying again.',
  lost: 'The connection was lost; trying again.',
  silent: 'The connection is open but silent; it is given up and made anew.',
  'too-slow': 'The server closed the connection because this client did not keep up; it resumes where it was.',
  http: 'The server cannot be reached by HTTP either; trying again.',
  gap: 'The interruption was longer than the server remembers; images in between were not told.',
}
