import { afterEach, expect, it, vi } from "vitest"
import { addressOf } from "./address.mjs"

afterEach(() => {
  vi.unstubAllEnvs()
})

it("returns the address in the environment", () => {
  vi.stubEnv("REDIS_URL", "redis://127.0.0.1:7777")
  expect(addressOf("REDIS_URL")).toBe("redis://127.0.0.1:7777")
})

it("names the variable and the remedy if it is not set", () => {
  vi.stubEnv("REDIS_URL", undefined)
  expect(() => addressOf("REDIS_URL")).toThrow(/^REDIS_URL is not set, .*`npm test`.*`npm run services`/)
})
