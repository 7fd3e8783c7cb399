import { useEffect, useId, useRef, type ReactNode } from 'react'
import { IconButton } from './Button.tsx'

interface DialogProps {
  title: string
  children: ReactNode
  /** Also called when Escape closes it. */
  onClose: () => void
  size?: 'normal' | 'wide'
}

/** Something that has to be done or left before the page goes on. Mounted only while it is open; gives the focus back. */
export function Dialog({ title, children, onClose, size = 'normal' }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      ref={dialog}
      className={size === 'wide' ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={titleId}
      onClose={onClose}
    >
      <div className="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <IconButton icon="cross" label="Close" onClick={() => dialog.current?.close()} />
      </div>
      {children}
    </dialog>
  )
}
