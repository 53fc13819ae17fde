import type { Backend } from "@larder/core"
import { expect, it } from "vitest"
import { withRecordedKeys } from "./recorded-keys.js"

class PrivateBackend implements Backend<string> {
  readonly name = "private"
  readonly capabilities = { shared: false, persistent: false, evicts: false, ttlResolution: 1 }
  readonly #entries = new Map<string, string>()
  async get(key: string): Promise<string | undefined> {
    return this.#entries.get(key)
  }
  async set(key: string, value: string): Promise<void> {
    this.#entries.set(key, value)
  }
  async setMany(entries: readonly { key: string; value: string }[]): Promise<void> {
    for (const { key, value } of entries) this.#entries.set(key, value)
  }
  async delete(key: string): Promise<boolean> {
    return this.#entries.delete(key)
  }
}

it("tells the keys that are written and no others, and behaves like the backend itself", async () => {
  const keys: string[] = []
  const backend = withRecordedKeys(new PrivateBackend(), (key) => keys.push(key))
  await backend.set("a", "1")
  await backend.setMany?.([
    { key: "b", value: "2" },
    { key: "c", value: "3" },
  ])
  expect(await backend.get("c")).toBe("3")
  expect(await backend.delete("c")).toBe(true)
  expect(backend.add).toBeUndefined()
  expect(backend.name).toBe("private")
  expect(keys).toEqual(["a", "b", "c"])
})
