import type { CopyingBackend } from "./backend.js"

/** Whether `getAtOnce` can return anything. */
export function answersAtOnce(backend: CopyingBackend): boolean {
  return backend.getSync !== undefined || backend.getCopy !== undefined
}

/**
 * Returns what the store, or a copy, has, synchronously. Throws as the store does. If there are copies, `undefined` says
 * nothing about the store.
 */
export function getAtOnce(backend: CopyingBackend, key: string): unknown {
  return backend.getSync === undefined ? backend.getCopy?.(key) : backend.getSync(key)
}
