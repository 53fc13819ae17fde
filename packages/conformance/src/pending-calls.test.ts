import type { Backend } from "@larder/core"
import { describe, expect, it } from "vitest"
import { PendingCalls } from "./pending-calls.js"

/** A backend whose reads hang until `release`. */
function hanging(): { readonly backend: Backend<unknown>; readonly release: () => void } {
  let release = (): void => {}
  const promise = new Promise<undefined>((resolve) => {
    release = () => resolve(undefined)
  })
  const backend: Backend<unknown> = {
    name: "hanging",
    capabilities: { shared: false, persistent: false, evicts: false, ttlResolution: 1 },
    get: () => promise,
    getSync: () => undefined,
    getMany: async (keys) => keys.map(() => undefined),
    set: () => Promise.reject(new Error("refused")),
    delete: async () => false,
    ping: async () => void (await promise),
  }
  return { backend, release: () => release() }
}

describe("PendingCalls", () => {
  it("lists the calls that have not settled, with their keys", async () => {
    const pending = new PendingCalls()
    const { backend, release } = hanging()
    const watched = pending.watch(backend)
    const calls = [watched.get("a"), watched.ping?.(), pending.watch(backend).get("b")]
    await watched.set("c", 1).catch(() => {})
    await watched.delete("d")
    watched.getSync?.("e")
    expect(String(pending)).toBe('get("a"), ping(), get("b")')
    release()
    await Promise.all(calls)
    expect(String(pending)).toBe("")
  })

  it("shows a list of keys by its length, and a long list of calls by its beginning", () => {
    const pending = new PendingCalls()
    const watched = pending.watch(hanging().backend)
    void watched.getMany?.(["a", "b"])
    for (const key of ["c", "d", "e", "f", "g", "h"]) void watched.get(key)
    expect(String(pending)).toBe('getMany(2 items), get("c"), get("d"), get("e"), get("f"), 2 more')
  })
})
