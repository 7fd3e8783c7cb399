import { useEffect, useId, useRef, type ReactNode } from 'react'
import { Button } from './Button.tsx'
import { ErrorNotice } from './Notice.tsx'

interface ConfirmDialogProps {
  title: string
  /** What will be lost, and what is kept. */
  children: ReactNode
  confirmWords: string
  pendingWords: string
  isPending: boolean
  error: unknown
  onConfirm: () => void
  onClose: () => void
}

/** Asks before something that can't be undone. Mounted only while it is open. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={titleId} onClose={props.onClose}>
      <h2 id={titleId}>{props.title}</h2>
      <p>{props.children}</p>
      {props.error !== null && <ErrorNotice error={props.error} />}
      <div className="row">
        <Button onClick={() => dialog.current?.close()} autoFocus>
          Keep it
        </Button>
        <Button
          className="danger"
          icon="trash"
          isPending={props.isPending}
          pendingWords={props.pendingWords}
          onClick={props.onConfirm}
        >
          {props.confirmWords}
        </Button>
      </div>
    </dialog>
  )
}
