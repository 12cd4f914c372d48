/** A state as a shape of its own, so that it needs no colour: circle, triangle, octagon, square, ring. Beside it stands a text. */
import styles from './sign.module.css'

export type Level = 'ok' | 'warn' | 'bad' | 'info' | 'idle' | 'busy'

export function Sign({ level, size = '1.25em' }: { level: Level; size?: string }) {
  return (
    <svg className={styles.sign} data-level={level} viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      {SHAPES[level]}
    </svg>
  )
}

const SHAPES: Record<Level, React.ReactNode> = {
  ok: (
    <path
      d="M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20Zm5.2 5.6L10.5 14.3 7 10.8 5.3 12.5l5.2 5.2L18.9 9.3Z"
      fillRule="evenodd"
    />
  ),
  warn: <path d="M12 2 23 21H1Zm-1.2 6.5v6h2.4v-6Zm0 7.5v2.4h2.4V16Z" fillRule="evenodd" />,
  bad: (
    <path d="M7.9 2h8.2L22 7.9v8.2L16.1 22H7.9L2 16.1V7.9Zm2.9 4.5v7h2.4v-7Zm0 8.7v2.4h2.4v-2.4Z" fillRule="evenodd" />
  ),
  info: <path d="M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20Zm-1.2 8.5v7h2.4v-7Zm0-4v2.4h2.4V6.5Z" fillRule="evenodd" />,
  idle: <path d="M5 5h14v14H5Zm2.2 2.2v9.6h9.6V7.2Z" fillRule="evenodd" />,
  busy: <circle cx="12" cy="12" r="8.5" fill="none" stroke="currentColor" strokeWidth="3" strokeDasharray="5 4" />,
}
