import { describe, expect, it } from "vitest"
import { backendOn, bytes, text } from "./backend-on.js"
import { temporaryDirectory } from "./temporary-directory.js"

const large = new Uint8Array(1_000)

describe("an entry that alone is larger than maxBytes", () => {
  it("is refused, and what it was to replace is gone", async () => {
    const backend = backendOn(temporaryDirectory(), { maxBytes: 1_000 })
    await backend.set("key", bytes("old"))
    await expect(backend.set("key", large)).rejects.toThrow(RangeError)
    await expect(backend.set("key", large)).rejects.toThrow('"key" takes 1027 bytes, and maxBytes is 1000')
    expect(await backend.get("key")).toBeUndefined()
  })

  it("is not added, where an entry is and where none is", async () => {
    const backend = backendOn(temporaryDirectory(), { maxBytes: 1_000 })
    await backend.set("key", bytes("old"))
    await expect(backend.add("key", large)).rejects.toThrow(RangeError)
    await expect(backend.add("none", large)).rejects.toThrow(RangeError)
    expect(text(await backend.get("key"))).toBe("old")
  })

  it("does not take the place of an entry that is to be replaced if equal", async () => {
    const backend = backendOn(temporaryDirectory(), { maxBytes: 1_000 })
    await backend.set("key", bytes("old"))
    await expect(backend.replaceIfEqual("key", bytes("old"), large)).rejects.toThrow(RangeError)
    expect(text(await backend.get("key"))).toBe("old")
  })

  it("does not keep the others of a batch from being stored", async () => {
    const backend = backendOn(temporaryDirectory(), { maxBytes: 1_000 })
    const entries = [
      { key: "a", value: large },
      { key: "b", value: bytes("b") },
    ]
    await expect(backend.setMany(entries)).rejects.toThrow(RangeError)
    expect(await backend.getMany(["a", "b"])).toEqual([undefined, bytes("b")])
  })
})
