import { BackendError } from "@larder/core"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type Caches, openCaches } from "./caches.js"
import { Corpus } from "./corpus.js"
import { Readership } from "./readership.js"

describe("Readership", () => {
  const corpus = new Corpus(
    [1901, 1902, 1903].map((year) => ({ year, name: "Ada", party: "none", text: `Text of ${year}.` })),
  )
  const [first, second] = corpus.articles()
  if (first === undefined || second === undefined) throw new Error("The corpus is empty")
  let caches: Caches
  let readership: Readership

  beforeEach(async () => {
    caches = await openCaches()
    readership = new Readership(corpus, caches)
  })

  afterEach(() => caches.close())

  it("counts readers, also many at once", async () => {
    const counts = await Promise.all(Array.from({ length: 20 }, () => readership.count(first)))
    expect(counts.toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  })

  it("knows what is read most, and leaves out what nobody reads", async () => {
    await readership.count(first)
    await readership.count(second)
    await readership.count(second)
    expect(await readership.mostRead(5)).toEqual([
      { slug: "1902-ada", reads: 2 },
      { slug: "1901-ada", reads: 1 },
    ])
  })

  it("answers nothing when the counters cannot be reached", async () => {
    const failing = {
      ...caches,
      counters: { add: () => Promise.reject(new BackendError({ operation: "add", backend: "x" })) },
    }
    expect(await new Readership(corpus, failing as unknown as Caches).count(first)).toBeUndefined()
  })
})
