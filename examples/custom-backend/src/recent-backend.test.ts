import { expect, it } from "vitest"
import { RecentBackend } from "./recent-backend.js"

it("drops the entry that was written longest ago when it is full", async () => {
  const backend = new RecentBackend(2)
  for (const key of ["a", "b", "a", "c"]) await backend.set(key, Uint8Array.of(1))
  expect(await backend.get("b")).toBeUndefined()
  expect(await backend.get("a")).toEqual(Uint8Array.of(1))
  expect(await backend.get("c")).toEqual(Uint8Array.of(1))
})
