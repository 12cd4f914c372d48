/** What the history view knows: its filter, the timeline of what matches, what has come since, and the image that is looked at. */
import { useLiveImage } from '@coilcast/live-image/react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { linkFilter } from '../../data/live-filter.ts'
import { usePlace } from '../../place/use-place.ts'
import { type HistoryFilter, historyFilter } from './filter.ts'
import { arrivedQuery, coilsQuery, HISTORY, timelineQuery } from './queries.ts'
import { useSelection } from './use-selection.ts'

export function useHistory() {
  const { place } = usePlace()
  const { config, epoch } = useLiveImage(useMemo(() => linkFilter(place), [place]))
  const filter = useSame(historyFilter(place, config?.cameras ?? []))
  const isKnown = config !== null || filter.camera !== undefined
  const answer = useQuery({ ...timelineQuery(filter), enabled: isKnown })
  const timeline = answer.data ?? null
  const arrived = useQuery({ ...arrivedQuery(filter, timeline), enabled: answer.isSuccess }).data ?? 0
  const coils = useQuery({ ...coilsQuery(filter.camera), enabled: isKnown }).data ?? NO_COILS
  const selection = useSelection(timeline, filter)
  useNewEpoch(epoch)

  const { refetch } = answer
  const [taken, setTaken] = useState(0)
  const takeIn = useCallback(async () => {
    await refetch()
    setTaken(before => before + 1)
  }, [refetch])
  // Nothing is there that could be moved.
  useEffect(() => {
    if (timeline === null && arrived > 0) void refetch()
  }, [timeline, arrived, refetch])
  const latest = useRef({ timeline, go: selection.go })
  useEffect(() => {
    latest.current = { timeline, go: selection.go }
  })
  useEffect(() => {
    const { timeline: now, go } = latest.current
    if (taken > 0 && now !== null) go(now.total - 1)
  }, [taken])

  return {
    config,
    epoch: epoch ?? selection.details.data?.epoch ?? null,
    filter,
    answer,
    timeline,
    arrived,
    coils,
    selection,
    takeIn,
  }
}

const NO_COILS: never[] = []

/** The same object for the same filter. */
function useSame(filter: HistoryFilter): HistoryFilter {
  const key = JSON.stringify(filter)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the filter
  return useMemo(() => filter, [key])
}

/** A catalog made anew numbers its images anew: what was told of the old one holds no more. */
function useNewEpoch(epoch: string | null): void {
  const client = useQueryClient()
  const known = useRef(epoch)
  useEffect(() => {
    if (epoch === null) return
    if (known.current !== null && known.current !== epoch) void client.resetQueries({ queryKey: [HISTORY] })
    known.current = epoch
  }, [epoch, client])
}
