/** The images of a timeline by their index, as far as they are at hand: asked for around what is looked at, let go when it is left. */
import type { LiveImage } from '@coilcast/live-image'
import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { HistoryFilter } from './filter.ts'
import { pagesIn } from './pages.ts'
import { HISTORY, pageQuery } from './queries.ts'
import type { Timeline } from './timeline.ts'

/** Asked for beyond what is seen, so that scrolling on finds it there. */
const MARGIN = 120

export interface Range {
  readonly first: number
  readonly last: number
}

export interface Images {
  /** Undefined while it is on its way. */
  at(index: number): LiveImage | undefined
  readonly hasFailed: boolean
}

export function useImages(timeline: Timeline, filter: HistoryFilter, { first, last }: Range): Images {
  const client = useQueryClient()
  const pages = useMemo(() => pagesIn(timeline, first - MARGIN, last + MARGIN), [timeline, first, last])
  const answers = useQueries({ queries: pages.map(page => pageQuery(client, filter, page)) })

  const isShort = pages.some((page, place) => (answers[place]?.data?.images.length ?? page.count) < page.count)
  useRenewed(isShort)

  const at = (index: number) => {
    const place = pages.findIndex(page => page.first <= index && index < page.first + page.count)
    return answers[place]?.data?.images[index - (pages[place]?.first ?? 0)]
  }
  return { at, hasFailed: answers.some(answer => answer.isError) }
}

/** Images were removed since they were counted: they are counted again, and what is looked at stays where it is. */
function useRenewed(isShort: boolean): void {
  const client = useQueryClient()
  useEffect(() => {
    if (isShort) void client.invalidateQueries({ queryKey: [HISTORY, 'timeline'] })
  }, [isShort, client])
}
