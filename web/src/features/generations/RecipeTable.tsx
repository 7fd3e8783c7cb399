import type { Generation } from '../../api/model.ts'
import { comparePrompts, compareRecipes, type PromptPart } from './recipeDifferences.ts'

/** What two versions were made from. What differs is marked by weight and a sign, not by colour alone. */
export function RecipeTable({ first, second }: { first: Generation; second: Generation }) {
  const [one, other] = comparePrompts(first.prompt, second.prompt)
  const isPromptSame = first.prompt === second.prompt
  return (
    <table className="recipe-table">
      <caption className="visually-hidden">How the two versions were made</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">Part of the recipe</span>
          </th>
          <th scope="col">A</th>
          <th scope="col">B</th>
        </tr>
      </thead>
      <tbody>
        <tr className={isPromptSame ? undefined : 'different'}>
          <Name words="Prompt" isDifferent={!isPromptSame} />
          <td>
            <Prompt parts={one} />
          </td>
          <td>
            <Prompt parts={other} />
          </td>
        </tr>
        {compareRecipes(first, second).map((row) => (
          <tr key={row.name} className={row.isDifferent ? 'different' : undefined}>
            <Name words={row.name} isDifferent={row.isDifferent} />
            <td className="figures">{row.first}</td>
            <td className="figures">{row.second}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Name({ words, isDifferent }: { words: string; isDifferent: boolean }) {
  return (
    <th scope="row">
      {words}
      <span className="recipe-sign">{isDifferent ? ' differs' : ' the same'}</span>
    </th>
  )
}

function Prompt({ parts }: { parts: PromptPart[] }) {
  return parts.map(({ text, isOnlyHere }, index) => (isOnlyHere ? <mark key={index}>{text}</mark> : text))
}
