import type { ReactNode } from 'react'

export interface Column<Row> {
  title: string
  cell: (row: Row) => ReactNode
  /** Figures stand at the end, so that their digits are below each other. */
  isFigure?: boolean
}

interface DataTableProps<Row> {
  /** What the table shows; read aloud, and shown by the heading above it. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
}

/** A table that scrolls within itself where the window is narrower than it. The first column names its row. */
export function DataTable<Row>({ caption, columns, rows, keyOf }: DataTableProps<Row>) {
  return (
    <div className="table-window" role="region" aria-label={caption} tabIndex={0}>
      <table className="table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, isFigure }) => (
              <th key={title} scope="col" className={isFigure === true ? 'table-figure' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, cell, isFigure }, place) => {
                const className = isFigure === true ? 'table-figure figures' : undefined
                return place === 0 ? (
                  <th key={title} scope="row" className={className}>
                    {cell(row)}
                  </th>
                ) : (
                  <td key={title} className={className}>
                    {cell(row)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
