/** A chart of the last hour by uPlot. What it says stands beside it as text: the drawing itself is hidden from screen readers. */
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import styles from './chart.module.css'

export type MakeOptions = (sheet: Sheet) => Pick<uPlot.Options, 'series' | 'axes' | 'scales' | 'bands'>

/** What a chart has to draw with: colours by the tokens' names, as the theme has them when it is drawn; sizes in pixels. */
export interface Sheet {
  colour(token: string): () => string
  rem(count: number): number
  font: string
}

interface ChartProps {
  data: uPlot.AlignedData
  /** A new function makes a new chart. */
  options: MakeOptions
  timeZone: string | undefined
  height: 'low' | 'high'
  /** The values under the pointer, as a sentence; null: it is not over the chart. */
  read(index: number): string
}

export function Chart({ data, options, timeZone, height, read }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const reading = useRef<HTMLParagraphElement>(null)
  const chart = useRef<uPlot | null>(null)
  const latest = useRef({ data, read })
  useEffect(() => {
    latest.current = { data, read }
    chart.current?.setData(data)
  }, [data, read])

  useEffect(() => {
    const element = place.current
    if (element === null) return
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
    const tall = Math.round(rem * (height === 'low' ? 6.5 : 10))
    const made = new uPlot(
      {
        ...options(sheetOf(rem)),
        width: element.clientWidth || 300,
        height: tall,
        ms: 1,
        ...(timeZone === undefined ? {} : { tzDate: at => uPlot.tzDate(new Date(at), timeZone) }),
        legend: { show: false },
        padding: [rem / 2, rem * 1.25, 0, 0],
        cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'hour', setSeries: false } },
        hooks: {
          setCursor: [
            ({ cursor }) => {
              const { idx } = cursor
              if (reading.current === null) return
              // Not through React: it follows the pointer.
              reading.current.textContent = idx === null || idx === undefined ? '' : latest.current.read(idx)
            },
          ],
        },
      },
      latest.current.data,
      element,
    )
    chart.current = made
    const sizes = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height: tall })
    })
    sizes.observe(element)
    const themes = new MutationObserver(() => made.redraw())
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => {
      sizes.disconnect()
      themes.disconnect()
      made.destroy()
      chart.current = null
    }
  }, [options, timeZone, height])

  return (
    <div className={styles.chart} aria-hidden="true">
      <div ref={place} data-height={height} className={styles.place} />
      <p ref={reading} className={styles.reading} />
    </div>
  )
}

function sheetOf(rem: number): Sheet {
  const style = getComputedStyle(document.documentElement)
  return {
    colour: token => () => style.getPropertyValue(token),
    rem: count => Math.round(rem * count),
    font: `${Math.round(rem * 0.75)}px ${style.getPropertyValue('--font')}`,
  }
}
