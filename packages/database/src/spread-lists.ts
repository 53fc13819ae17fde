import type { Bound } from "./connection.js"

/** The statement with a placeholder for each item of a list, for drivers that take none. It has no other question marks. */
export function spreadLists(statement: Bound): Bound {
  const { text, values, preparedName } = statement
  if (!values.some(Array.isArray)) return statement
  let position = 0
  const placeholders = (value: unknown): string => (Array.isArray(value) ? value.map(() => "?").join(", ") : "?")
  return { text: text.replaceAll("?", () => placeholders(values[position++])), values: values.flat(), preparedName }
}
