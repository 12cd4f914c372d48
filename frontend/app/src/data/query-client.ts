/** What is asked over HTTP: kept for a moment, asked again when the page is looked at. */
import { QueryClient } from '@tanstack/react-query'

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // A local server answers at once or not at all; three more tries a second apart cover its restart.
      queries: { staleTime: 5_000, gcTime: 60_000, retry: 3, retryDelay: 1_000, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  })
}
