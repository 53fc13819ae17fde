import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { describe, expect, it } from "vitest"
import { LocmemStore } from "../src/index.js"

setFlagsFromString("--expose-gc")
const collectGarbage = runInNewContext("gc") as () => void

function memoryInUse(): number {
  collectGarbage()
  // Buffers are freed in another thread, for which only the next collection waits.
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** A text of `length` characters in memory, of which nothing else keeps a part. */
function textOf(length: number, number: number): string {
  return Buffer.alloc(length, `${number}, `).toString("latin1")
}

const count = 20_000
const values: readonly [string, (number: number) => unknown][] = [
  ["numbers", (number) => number],
  ["short texts", (number) => `this is text ${number}`],
  ["texts beyond Latin-1", (number) => `${"清".repeat(200)}${number}`],
  ["flat objects", (number) => ({ id: number, name: `name ${number}`, active: true, score: number + 0.5 })],
  ["nested objects", (number) => ({ id: number, tags: ["a", "b", "c"], owner: { id: number, roles: [1, 2, 3] } })],
  ["Maps", (number) => new Map([["id", number] as [string, unknown], ["name", `name ${number}`]])],
  ["Dates", (number) => new Date(number)],
  ["bytes", (number) => new Uint8Array(300).fill(number)],
]

describe("the estimate", () => {
  it.each(values)("is near what V8 uses for %s, rather above than below", (_, make) => {
    const store = new LocmemStore({ maxEntries: count, maxBytes: Number.MAX_SAFE_INTEGER })
    const before = memoryInUse()
    for (let number = 0; number < count; number++) store.set(`key:${number}`, store.codec.encode(make(number)), 60_000)
    const used = memoryInUse() - before
    const estimated = store.stats().bytes ?? 0
    expect(estimated / used).toBeGreaterThan(0.8)
    expect(estimated / used).toBeLessThan(2)
  })
})

describe.each(["copy", "freeze"] as const)("with isolation %j, parts of long texts", (isolation) => {
  const parts: Readonly<Record<string, (text: string) => unknown>> = {
    slice: (text) => text.slice(0, 200),
    found: (text) => /^.{200}/.exec(text)?.[0],
    sum: (text) => text.slice(0, 100) + text.slice(300, 400),
    inside: (text) => ({ excerpts: new Map([["first", [text.slice(0, 200)]]]), toJSON: undefined }),
    fromJson: (text) => ({ toJSON: () => text.slice(0, 200) }),
  }

  it.each(Object.keys(parts))("do not keep the whole in memory: %s", (name) => {
    const store = new LocmemStore({ isolation })
    const before = memoryInUse()
    for (let number = 0; number < 100; number++) {
      store.set(`key:${number}`, store.codec.encode(parts[name]?.(textOf(100_000, number))))
    }
    expect(store.stats().entries).toBe(100)
    expect(memoryInUse() - before).toBeLessThan(2_000_000)
  })
})
