import { useId, useRef, useState, type DragEvent } from 'react'
import { IconButton } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { Words } from '../../ui/Words.tsx'
import { ACCEPTED_TYPES, placesLeft, REFERENCES_MAX, type Reference } from './references.ts'
import type { References } from './useReferences.ts'
import './references.css'

/** The pictures that a clip begins from: chosen, dropped, looked at, taken away. */
export function ReferenceField({ references }: { references: References }) {
  const id = useId()
  const [isOver, setIsOver] = useState(false)
  const { list, add, remove } = references
  const left = placesLeft(list)
  const shown = list.filter(({ state }) => state !== 'failed')

  const drop = (event: DragEvent) => {
    event.preventDefault()
    setIsOver(false)
    add(event.dataTransfer.files)
  }
  return (
    <div
      className={isOver ? 'references over' : 'references'}
      role="group"
      aria-labelledby={`${id}-label`}
      onDragOver={(event) => {
        event.preventDefault()
        setIsOver(left > 0)
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <p className="references-label" id={`${id}-label`}>
        Reference images <span className="quiet">optional</span>
      </p>
      <ul className="references-row">
        {shown.map((reference) => (
          <ReferenceTile key={reference.id} reference={reference} onRemove={() => remove(reference)} />
        ))}
        {left > 0 && <AddTile isFirst={shown.length === 0} onChoose={add} />}
      </ul>
      {list.map(
        (reference) =>
          reference.state === 'failed' && (
            <FailedUpload key={reference.id} reference={reference} onDismiss={() => remove(reference)} />
          ),
      )}
    </div>
  )
}

function ReferenceTile({ reference, onRemove }: { reference: Reference; onRemove: () => void }) {
  return (
    <li className="reference">
      {reference.state === 'ready' ? (
        <img src={reference.thumbnailUrl} alt={reference.name} width={256} height={256} />
      ) : (
        <span className="reference-waiting">
          <ProgressBar percent={undefined} label={`Uploading ${reference.name}`} />
        </span>
      )}
      <IconButton
        className="reference-remove"
        icon="cross"
        label={reference.state === 'ready' ? `Remove ${reference.name}` : `Stop uploading ${reference.name}`}
        onClick={onRemove}
      />
    </li>
  )
}

function AddTile({ isFirst, onChoose }: { isFirst: boolean; onChoose: (files: FileList) => void }) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  return (
    <li className="reference-add">
      <input
        ref={input}
        id={id}
        type="file"
        accept={ACCEPTED_TYPES}
        multiple
        onChange={(event) => {
          if (event.target.files !== null) onChoose(event.target.files)
          // So that the same file can be chosen again after it was removed.
          if (input.current !== null) input.current.value = ''
        }}
      />
      <label htmlFor={id}>
        <Icon name="plus" />
        Add image
      </label>
      {isFirst && (
        <span className="field-note">
          or drop it here. The clip moves over up to {REFERENCES_MAX} of them. JPEG, PNG or WebP, 20 MB.
        </span>
      )}
    </li>
  )
}

interface FailedUploadProps {
  reference: Extract<Reference, { state: 'failed' }>
  onDismiss: () => void
}

function FailedUpload({ reference, onDismiss }: FailedUploadProps) {
  return (
    <div className="field-error reference-error" role="alert">
      <Icon name="failed" />
      <p>
        <b>{reference.name}</b>: <Words>{reference.error}</Words>
      </p>
      <IconButton icon="cross" label={`Dismiss what is said of ${reference.name}`} onClick={onDismiss} />
    </div>
  )
}
