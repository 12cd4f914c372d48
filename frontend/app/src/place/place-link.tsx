/** A link to a place: opened here by a click, in a new tab by whoever asks the browser for one. */
import type { ComponentProps, MouseEvent } from 'react'
import { type Place, writePlace } from './place.ts'
import { goTo } from './use-place.ts'

interface PlaceLinkProps extends Omit<ComponentProps<'a'>, 'href'> {
  to: Place
}

export function PlaceLink({ to, onClick, ...rest }: PlaceLinkProps) {
  const open = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    if (event.defaultPrevented || !isPlain) return
    event.preventDefault()
    goTo(to)
  }
  return <a {...rest} href={writePlace(to) || '/'} onClick={open} />
}
