import { useEffect, useRef } from 'react'
import { Button } from '../../ui/Button.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'

interface KeySecretProps {
  name: string
  secret: string
  onDone: () => void
}

/** A key's secret, the one time that it is shown. */
export function KeySecret({ name, secret, onDone }: KeySecretProps) {
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [])
  return (
    <div className="settings-secret">
      <h3 ref={title} tabIndex={-1}>
        The key “{name}”
      </h3>
      <p>Copy it now. It is not kept, and nobody can show it again.</p>
      <div className="settings-secret-line">
        <code aria-label="Secret of the key">{secret}</code>
        <CopyButton text={secret}>Copy key</CopyButton>
      </div>
      <Button onClick={onDone}>I have stored it</Button>
    </div>
  )
}
