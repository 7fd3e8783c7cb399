import { useId } from 'react'
import type { Model } from '../../api/model.ts'
import type { Recipe, Wish } from './recipe.ts'

interface RecipeFieldsProps {
  models: Model[]
  /** The one that `recipe` names. */
  model: Model
  recipe: Recipe
  /** Told what was changed. */
  onChange: (change: Partial<Wish>) => void
  /** Without it each scene keeps its own length. */
  hasLength?: boolean
}

export function RecipeFields({ models, model, recipe, onChange, hasLength = false }: RecipeFieldsProps) {
  const id = useId()
  return (
    <div className="recipe">
      <div className="field">
        <label htmlFor={`${id}-model`}>Model</label>
        <select
          id={`${id}-model`}
          className="input"
          value={model.id}
          onChange={(event) => onChange({ model: event.target.value })}
        >
          {models.map((offered) => (
            <option key={offered.id} value={offered.id}>
              {offered.title}
            </option>
          ))}
        </select>
      </div>
      {hasLength && (
        <div className="field">
          <label htmlFor={`${id}-duration`}>Length</label>
          <select
            id={`${id}-duration`}
            className="input"
            value={recipe.duration}
            onChange={(event) => onChange({ duration: Number(event.target.value) })}
          >
            {model.durations.map((seconds) => (
              <option key={seconds} value={seconds}>
                {seconds} s
              </option>
            ))}
          </select>
        </div>
      )}
      <Choices
        legend="Resolution"
        options={model.resolutions}
        value={recipe.resolution}
        onChange={(resolution) => onChange({ resolution })}
      />
      <Choices
        legend="Shape"
        options={model.aspectRatios}
        value={recipe.aspectRatio}
        onChange={(aspectRatio) => onChange({ aspectRatio })}
        isShape
      />
    </div>
  )
}

interface ChoicesProps {
  legend: string
  options: string[]
  value: string | undefined
  onChange: (value: string) => void
  /** Draws each option, which is a ratio, as a small frame. */
  isShape?: boolean
}

function Choices({ legend, options, value, onChange, isShape = false }: ChoicesProps) {
  const name = useId()
  return (
    <fieldset className="choices">
      <legend>{legend}</legend>
      <div className="choices-row">
        {options.map((option) => (
          <label className="choice" key={option}>
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === value}
              onChange={() => onChange(option)}
            />
            <span>
              {isShape && <i className="shape" style={{ aspectRatio: option.replace(':', ' / ') }} />}
              <span className="figures">{option}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
