import type { BoundStatement } from "./connection.js"

/**
 * Expands each list among the values to a placeholder for each of its items, for drivers that cannot bind lists. In our
 * statements, every question mark is a placeholder.
 */
export function expandLists(statement: BoundStatement): BoundStatement {
  const { text, values, preparedName } = statement
  if (!values.some(Array.isArray)) return statement
  let position = 0
  const placeholders = (value: unknown): string => (Array.isArray(value) ? value.map(() => "?").join(", ") : "?")
  return { text: text.replaceAll("?", () => placeholders(values[position++])), values: values.flat(), preparedName }
}
