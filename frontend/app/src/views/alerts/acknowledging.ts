/** Acknowledgements on their way: shown at once as what they are, a wish, until the server has said yes or no. */
import { type Alert, ApiError } from '@coilcast/live-image'
import { useCallback, useState } from 'react'
import type { alerts as ko } from '../../i18n/ko/alerts.ts'

export interface Signature {
  readonly by: string
  readonly note: string
}

export interface Attempt extends Signature {
  /** Why it was not saved; null while it is under way. */
  readonly error: ApiError | null
}

export type Attempts = ReadonlyMap<number, Attempt>
type Acknowledge = (id: number, signature: Signature) => Promise<Alert>

/** `onRefused` is called when the server knows better than the list: it is to be asked for anew. */
export function useAcknowledging(acknowledge: Acknowledge, onRefused: () => void) {
  const [attempts, setAttempts] = useState<Attempts>(new Map())
  const send = useCallback(
    async (id: number, signature: Signature) => {
      setAttempts(before => new Map(before).set(id, { ...signature, error: null }))
      try {
        await acknowledge(id, signature)
        setAttempts(before => without(before, id))
      } catch (reason) {
        const error = reason instanceof ApiError ? reason : new ApiError(0, String(reason), '')
        setAttempts(before => new Map(before).set(id, { ...signature, error }))
        if (error.status === 404 || error.status === 409) onRefused()
      }
    },
    [acknowledge, onRefused],
  )
  return { attempts, send }
}

function without(attempts: Attempts, id: number): Attempts {
  const rest = new Map(attempts)
  rest.delete(id)
  return rest
}

type Failure = keyof typeof ko.acknowledge.failed

/** Which sentence says why it was not saved, and whether trying again may help. */
export function failureOf({ status }: ApiError): { key: Failure; canRetry: boolean } {
  if (status === 409) return { key: 'over', canRetry: false }
  if (status === 404) return { key: 'unknown', canRetry: false }
  if (status === 403) return { key: 'forbidden', canRetry: false }
  if (status === 0) return { key: 'unreachable', canRetry: true }
  if (status >= 500) return { key: 'later', canRetry: true }
  return { key: 'other', canRetry: true }
}
