/** Says, in the place of the picture, why there is none. */
import type { ReactNode } from 'react'
import styles from './history.module.css'

interface NoticeProps {
  title: string
  text?: string | undefined
  /** What somebody called it, as it came: a file's name, a server's words. */
  quoted?: string | undefined
  /** What can be done. */
  children?: ReactNode
}

export function Notice({ title, text, quoted, children }: NoticeProps) {
  return (
    <div className={styles.notice} role="alert">
      <h2 className={styles.noticeTitle}>{title}</h2>
      {text !== undefined && <p>{text}</p>}
      {quoted !== undefined && (
        <p className={styles.quoted}>
          <bdi>{quoted}</bdi>
        </p>
      )}
      {children}
    </div>
  )
}
