import { expect, test } from "vitest"
import { pageFate } from "./page-fate.js"

test("without events and header there is no page cache", () => {
  expect(pageFate([], undefined)).toBeUndefined()
})

test("a hit is told by its event, a miss by the header until it is stored", () => {
  const hit = { outcome: "hit", reason: undefined, stored: undefined }

  expect(pageFate([hit], undefined)).toMatchObject({ outcome: "hit", stored: undefined })
  expect(pageFate([], "Larder; hit; ttl=9")).toMatchObject({ outcome: "hit" })
  expect(pageFate([], "Larder; fwd=uri-miss; ttl=9")).toMatchObject({ outcome: "miss" })
})

test("why a page was not stored goes before why it was no hit", () => {
  const events = [
    { outcome: "miss", reason: "cookie", stored: undefined },
    { outcome: "miss", reason: "set-cookie", stored: false },
  ]

  expect(pageFate(events, "Larder")).toEqual({
    outcome: "miss",
    reason: "set-cookie",
    stored: false,
    cacheStatus: "Larder",
  })
})
