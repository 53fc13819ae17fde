import type { Backend } from "@larder/core"
import type { ClauseContext } from "./clause.js"

type Writer = Pick<ClauseContext, "backend" | "values">
type Write<Given extends unknown[]> = (key: string, ...given: Given) => Promise<unknown>
type ByMethod<Given extends unknown[]> = readonly (readonly [method: string, write: Write<Given>])[]

/** Every way in which this backend can write a value to a key without an entry, by method. */
export function writesOf({ backend, values }: Writer): ByMethod<[value: unknown, ttl?: number]> {
  return present(backend, {
    set: (key, value, ttl) => backend.set(key, value, ttl),
    add: async (key, value, ttl) => backend.add?.(key, value, ttl),
    setMany: async (key, value, ttl) => backend.setMany?.([{ key, value }], ttl),
    replaceIfEqual: async (key, value, ttl) => {
      await backend.set(key, values.text("b"))
      await backend.replaceIfEqual?.(key, values.text("b"), value, ttl)
    },
  })
}

/** Every way in which this backend can set or remove an expiry, by method. Each writes the value "a". */
export function writesWithTtl({ backend, values }: Writer): ByMethod<[ttl?: number]> {
  const value = values.text("a")
  const writes = writesOf({ backend, values }).map(
    ([method, write]) => [method, (key: string, ttl?: number) => write(key, value, ttl)] as const,
  )
  const touches = present<[ttl?: number]>(backend, {
    touch: async (key, ttl) => {
      // Without a ttl, there must be an expiry to remove.
      await backend.set(key, value, ttl === undefined ? 60_000 : undefined)
      await backend.touch?.(key, ttl)
    },
  })
  return [...writes, ...touches]
}

function present<Given extends unknown[]>(
  backend: Backend<unknown>,
  writes: Partial<Record<keyof Backend, Write<Given>>>,
): ByMethod<Given> {
  return Object.entries(writes).filter(([method]) => backend[method as keyof Backend] !== undefined)
}
