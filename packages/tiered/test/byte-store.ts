import type { Backend } from "@larder/core"
import { LocmemBackend, type LocmemStore } from "@larder/locmem"

/** A store of bytes in memory, which says that it is remote, and what it was asked by name and key. */
export interface ByteStore extends Backend {
  readonly asked: string[]
  /** Rejected with by every call while it is set. */
  failure: Error | undefined
}

/** One more handle on the store. */
export function byteStore(store: LocmemStore): ByteStore {
  const { codec: _, ...own } = new LocmemBackend({ store })
  const backend = new LocmemBackend({ store }) as unknown as Backend
  const asked: string[] = []
  const handle = {
    ...own,
    name: "bytes",
    capabilities: { ...own.capabilities, remote: true },
    asked,
    failure: undefined as Error | undefined,
  }
  const methods = ["get", "set", "delete", "add", "touch", "deleteIfEqual", "replaceIfEqual", "ttl", "clear"] as const
  for (const name of [...methods, "getMany", "setMany", "deleteMany"] as const) {
    const method = backend[name] as (...parameters: readonly unknown[]) => Promise<unknown>
    Object.assign(handle, {
      [name]: async (...parameters: readonly unknown[]) => {
        asked.push(`${name} ${String(parameters[0])}`)
        if (handle.failure !== undefined) throw handle.failure
        return method.apply(backend, [...parameters])
      },
    })
  }
  return handle as unknown as ByteStore
}
