/** Whether it can be iterated, and is no text: iterating one would give its characters. */
export function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value
}
