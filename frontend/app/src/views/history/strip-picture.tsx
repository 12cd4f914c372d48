/** A small picture of the filmstrip: loaded only once it is looked at, a few at a time, and let go when it is left. */
import { memo, useEffect, useRef } from 'react'
import { Slots } from './slots.ts'
import styles from './strip.module.css'

/** A browser has six connections to a server. The picture that is looked at, and what it says of it, must not stand in a queue. */
const slots = new Slots(3)

interface StripPictureProps {
  url: string
  /** False while it only flies by. */
  isWanted: boolean
}

export const StripPicture = memo(function StripPicture({ url, isWanted }: StripPictureProps) {
  const element = useRef<HTMLImageElement>(null)
  useEffect(() => {
    if (isWanted && element.current !== null) return load(element.current, url)
  }, [url, isWanted])
  return (
    <img ref={element} className={styles.picture} alt="" width={160} height={134} decoding="async" draggable={false} />
  )
})

/** A preview that is made on the spot may be late: the server says so, and is asked again. */
const AGAIN_AFTER_MS = [1000, 2000, 4000]

function load(picture: HTMLImageElement, url: string): () => void {
  if (picture.dataset.shown === url) return () => {}
  delete picture.dataset.shown
  let tries = 0
  let timer: number | undefined
  let leave = () => {}
  const ask = () => {
    leave = slots.take(() => {
      picture.src = url
    })
  }
  picture.onload = () => {
    picture.dataset.shown = url
    leave()
  }
  picture.onerror = () => {
    picture.removeAttribute('src')
    leave()
    const waitMs = AGAIN_AFTER_MS[tries]
    tries += 1
    // Gone, or none can be made of it: the placeholder stays.
    if (waitMs !== undefined) timer = window.setTimeout(ask, waitMs)
  }
  ask()
  return () => {
    window.clearTimeout(timer)
    leave()
    picture.onload = null
    picture.onerror = null
    if (picture.dataset.shown !== url) picture.removeAttribute('src')
  }
}
