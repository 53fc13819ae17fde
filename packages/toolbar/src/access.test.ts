import { ConfigurationError } from "@larder/core"
import { afterEach, expect, test, vi } from "vitest"
import { accessFor, isLocal } from "./access.js"
import type { RequestHead } from "./request-head.js"

afterEach(() => {
  vi.unstubAllEnvs()
})

function client(address: string | undefined, ...headers: readonly string[]): RequestHead {
  return {
    method: "GET",
    address,
    host: "localhost:3000",
    header: (name) => (headers.includes(name) ? "1" : undefined),
  }
}

test("it is off by default in production", () => {
  vi.stubEnv("NODE_ENV", "production")

  expect(accessFor({})).toBeUndefined()
  expect(accessFor({ authorize: () => true })).toBeUndefined()
  expect(accessFor({ enabled: true, authorize: () => true })).toBeDefined()
})

test("it requires authorize in production", () => {
  vi.stubEnv("NODE_ENV", "production")

  expect(() => accessFor({ enabled: true })).toThrow(ConfigurationError)
  expect(() => accessFor({ enabled: true })).toThrow(/needs authorize/)
})

test("it can be turned off outside production", () => {
  vi.stubEnv("NODE_ENV", "development")

  expect(accessFor({ enabled: false })).toBeUndefined()
  expect(accessFor({})).toBeDefined()
})

test("authorize must be a function", () => {
  // @ts-expect-error: a list of addresses is not a function
  expect(() => accessFor({ authorize: ["127.0.0.1"] })).toThrow(ConfigurationError)
})

test.each(["127.0.0.1", "127.8.9.10", "::ffff:127.0.0.1", "::1"])("%s is on this machine", (address) => {
  expect(isLocal(client(address))).toBe(true)
})

test.each([undefined, "", "10.0.0.1", "::ffff:10.0.0.1", "2001:db8::1", "127.0.0.1.example", "1127.0.0.1", "fe80::1"])(
  "%s is not on this machine",
  (address) => {
    expect(isLocal(client(address))).toBe(false)
  },
)

test.each(["x-forwarded-for", "forwarded", "via", "x-real-ip"])("a request with %s is not local", (header) => {
  expect(isLocal(client("127.0.0.1", header))).toBe(false)
})

test("without authorize, only clients on this machine have access", async () => {
  const access = accessFor({})

  expect(await access?.({}, client("127.0.0.1"))).toBe(true)
  expect(await access?.({}, client("10.0.0.1"))).toBe(false)
})

test("authorize decides for every client", async () => {
  const access = accessFor<string>({ authorize: async (request) => request === "operator" })

  expect(await access?.("operator", client("10.0.0.1", "x-forwarded-for"))).toBe(true)
  expect(await access?.("visitor", client("127.0.0.1"))).toBe(false)
})

test("access is denied if authorize fails or returns anything but true", async () => {
  const failing = accessFor({ authorize: () => Promise.reject(new Error("no session store")) })
  const throwing = accessFor({
    authorize: () => {
      throw new Error("no session store")
    },
  })
  // @ts-expect-error: truthy, but not true
  const truthy = accessFor({ authorize: () => "yes" })

  for (const access of [failing, throwing, truthy]) expect(await access?.({}, client("127.0.0.1"))).toBe(false)
})
