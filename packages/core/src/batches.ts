import type { Backend, Entry, Milliseconds } from "./backend.js"

// A batch equals its single calls in fewer round trips. If a backend has none, looping only costs speed.

export function getMany(backend: Backend<unknown>, keys: readonly string[]): Promise<readonly unknown[]> {
  if (keys.length === 0) return Promise.resolve([])
  return backend.getMany?.(keys) ?? Promise.all(keys.map((key) => backend.get(key)))
}

export async function setMany(
  backend: Backend<unknown>,
  entries: readonly Entry<unknown>[],
  ttl: Milliseconds | undefined,
): Promise<void> {
  if (entries.length === 0) return
  await (backend.setMany?.(entries, ttl) ?? Promise.all(entries.map(({ key, value }) => backend.set(key, value, ttl))))
}

export async function deleteMany(backend: Backend<unknown>, keys: readonly string[]): Promise<number> {
  if (keys.length === 0) return 0
  if (backend.deleteMany !== undefined) return backend.deleteMany(keys)
  const removed = await Promise.all(keys.map((key) => backend.delete(key)))
  return removed.filter(Boolean).length
}
