import type { Backend } from "@larder/core"
import type { StoredValues } from "./stored-values.js"

/** A call that changes an entry. */
export interface Change {
  readonly method: string
  /** The value before the call; `undefined`: no entry. */
  readonly before: unknown
  /** The value after the call; `undefined`: no entry. */
  readonly after: unknown
  readonly make: (key: string) => Promise<unknown>
}

/** A call of every method of this handle that changes what a key holds. */
export function changesBy(handle: Backend<unknown>, values: StoredValues): readonly Change[] {
  const [old, recent, none] = [values.integer(1), values.integer(2), undefined]
  const changes: Partial<Record<keyof Backend, [before: unknown, after: unknown, make: Change["make"]]>> = {
    set: [old, recent, (key) => handle.set(key, recent)],
    setMany: [old, recent, async (key) => handle.setMany?.([{ key, value: recent }])],
    add: [none, recent, async (key) => handle.add?.(key, recent)],
    incr: [old, recent, async (key) => handle.incr?.(key, 1)],
    replaceIfEqual: [old, recent, async (key) => handle.replaceIfEqual?.(key, old, recent)],
    delete: [old, none, (key) => handle.delete(key)],
    deleteMany: [old, none, async (key) => handle.deleteMany?.([key])],
    deleteIfEqual: [old, none, async (key) => handle.deleteIfEqual?.(key, old)],
    clear: [old, none, async (key) => handle.clear?.(key)],
  }
  return Object.entries(changes)
    .filter(([method]) => handle[method as keyof Backend] !== undefined)
    .map(([method, [before, after, make]]) => ({ method, before, after, make }))
}
