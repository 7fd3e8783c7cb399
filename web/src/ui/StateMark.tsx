import type { GenerationState } from '../api/model.ts'
import { Icon, type IconName } from './Icon.tsx'

type Tone = 'done' | 'working' | 'failed' | 'waiting' | 'none'

const MARKS: Record<GenerationState | 'none', { tone: Tone; icon: IconName; word: string }> = {
  queued: { tone: 'waiting', icon: 'waiting', word: 'Waiting' },
  processing: { tone: 'working', icon: 'working', word: 'Rendering' },
  completed: { tone: 'done', icon: 'done', word: 'Ready' },
  failed: { tone: 'failed', icon: 'failed', word: 'Failed' },
  cancelled: { tone: 'waiting', icon: 'stopped', word: 'Cancelled' },
  none: { tone: 'none', icon: 'none', word: 'No clip yet' },
}

/** A state as icon, word and colour, in that order of importance. */
export function StateMark({ state, progress }: { state: GenerationState | undefined; progress?: number }) {
  const { tone, icon, word } = MARKS[state ?? 'none']
  return (
    <span className={`mark ${tone}`}>
      <Icon name={icon} />
      {word}
      {state === 'processing' && progress !== undefined && (
        <span className="figures">{progress}&#8239;%</span>
      )}
    </span>
  )
}
