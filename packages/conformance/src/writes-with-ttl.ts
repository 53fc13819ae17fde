import type { Backend } from "@larder/core"
import type { ClauseContext } from "./clause.js"

type Write = (key: string, ttl: number) => Promise<unknown>

/** Every way in which this backend can set a ttl, by method. Each writes the value "a". */
export function writesWithTtl({
  backend,
  values,
}: Pick<ClauseContext, "backend" | "values">): readonly (readonly [method: string, write: Write])[] {
  const value = values.text("a")
  const writes = {
    set: (key, ttl) => backend.set(key, value, ttl),
    add: async (key, ttl) => backend.add?.(key, value, ttl),
    setMany: async (key, ttl) => backend.setMany?.([{ key, value }], ttl),
    touch: async (key, ttl) => {
      await backend.set(key, value)
      await backend.touch?.(key, ttl)
    },
    replaceIfEqual: async (key, ttl) => {
      await backend.set(key, values.text("b"))
      await backend.replaceIfEqual?.(key, values.text("b"), value, ttl)
    },
  } satisfies Partial<Record<keyof Backend, Write>>
  const methods = ["set", "add", "setMany", "touch", "replaceIfEqual"] as const
  return methods.filter((method) => backend[method] !== undefined).map((method) => [method, writes[method]])
}
