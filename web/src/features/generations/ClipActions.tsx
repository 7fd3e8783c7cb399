import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'

interface ClipActionsProps {
  /** Whether the film uses this clip. */
  isChosen: boolean
  chooseWords: string
  isPending: boolean
  onChoose: () => void
  download: { url: string; name: string }
}

/** What one does with a clip that is good. */
export function ClipActions({ isChosen, chooseWords, isPending, onChoose, download }: ClipActionsProps) {
  return (
    <div className="row">
      {isChosen ? (
        <span className="mark done stage-chosen">
          <Icon name="done" />
          In the film
        </span>
      ) : (
        <Button icon="done" isPending={isPending} pendingWords="Choosing" onClick={onChoose}>
          {chooseWords}
        </Button>
      )}
      <a className="button plain" href={download.url} download={download.name}>
        <Icon name="download" />
        Download clip
      </a>
    </div>
  )
}
