/**
 * What makes an icon of lucide's drawings, in place of lucide's own `createLucideIcon` (see vite.config.ts): all that the panel
 * asks of an icon is a size. The rest of lucide's is 1.2 kB of the 200 that the panel may have.
 */
import { createElement, type SVGAttributes } from 'react'

interface Drawing {
  node: readonly [tag: string, attributes: Record<string, string>][]
}

interface IconProps extends SVGAttributes<SVGSVGElement> {
  size?: number | string
}

export default function makeIcon({ node }: Drawing) {
  return ({ size = 24, ...rest }: IconProps) =>
    createElement(
      'svg',
      {
        width: size,
        height: size,
        viewBox: '0 0 24 24',
        fill: 'none',
        stroke: 'currentColor',
        strokeWidth: 2,
        strokeLinecap: 'round',
        strokeLinejoin: 'round',
        'aria-hidden': true,
        ...rest,
      },
      node.map(([tag, attributes]) => createElement(tag, attributes)),
    )
}
