import { expect, test } from "vitest"
import { pageOutcome } from "./page-outcome.js"

test("there is no outcome without events or a header", () => {
  expect(pageOutcome([], undefined)).toBeUndefined()
})

test("it comes from the event, or from the header if there is no event yet", () => {
  const hit = { outcome: "hit", reason: undefined, stored: undefined }

  expect(pageOutcome([hit], undefined)).toMatchObject({ outcome: "hit", stored: undefined })
  expect(pageOutcome([], "Larder; hit; ttl=9")).toMatchObject({ outcome: "hit" })
  expect(pageOutcome([], "Larder; fwd=uri-miss; ttl=9")).toMatchObject({ outcome: "miss" })
})

test("the reason for not storing a page takes precedence over the reason for a miss", () => {
  const events = [
    { outcome: "miss", reason: "cookie", stored: undefined },
    { outcome: "miss", reason: "set-cookie", stored: false },
  ]

  expect(pageOutcome(events, "Larder")).toEqual({
    outcome: "miss",
    reason: "set-cookie",
    stored: false,
    cacheStatus: "Larder",
  })
})
