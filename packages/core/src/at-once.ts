import type { CopyingBackend } from "./backend.js"

/** Whether there is anything that `getAtOnce` can tell. */
export function answersAtOnce(backend: CopyingBackend): boolean {
  return backend.getSync !== undefined || backend.getCopy !== undefined
}

/**
 * What the store, or a copy, answers at once. Throws as the store does. Where it is a copy that would, `undefined` tells
 * nothing of the store.
 */
export function getAtOnce(backend: CopyingBackend, key: string): unknown {
  return backend.getSync === undefined ? backend.getCopy?.(key) : backend.getSync(key)
}
