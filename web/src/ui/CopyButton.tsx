import { useEffect, useState } from 'react'
import { Button } from './Button.tsx'

const SAID_MS = 2_500

/** Puts a text on the clipboard and says whether that worked: browsers refuse it without HTTPS, or when told so. */
export function CopyButton({ text, children = 'Copy' }: { text: string; children?: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>()
  useEffect(() => {
    if (outcome === undefined) return
    const timer = setTimeout(() => setOutcome(undefined), SAID_MS)
    return () => clearTimeout(timer)
  }, [outcome])
  const copy = () => {
    writeClipboard(text).then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    )
  }
  return (
    <span className="copy">
      <Button icon={outcome === 'copied' ? 'done' : 'copy'} onClick={copy}>
        {outcome === 'copied' ? 'Copied' : children}
      </Button>
      <span role="status" className="small">
        {outcome === 'refused' && 'Your browser does not allow it. Select the text and copy it yourself.'}
        {outcome === 'copied' && <span className="visually-hidden">Copied</span>}
      </span>
    </span>
  )
}

/** There is no clipboard on a page that came without HTTPS from another machine. */
function writeClipboard(text: string): Promise<void> {
  const { clipboard } = window.navigator as Partial<Navigator>
  return clipboard === undefined ? Promise.reject(new Error('no clipboard')) : clipboard.writeText(text)
}
