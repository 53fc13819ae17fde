import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { neededServices } from "./needed-services.mjs"
import { services } from "./services.mjs"

/** @type {string} */
let root

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "larder-needed-"))
  write("packages/core/test/url.test.ts", "import x")
  write("packages/redis/test/server.ts", 'addressOf("REDIS_URL")')
  write("packages/redis/test/conformance.test.ts", 'import { url } from "./server.js"')
  write("packages/redis/src/script.test.ts", "")
  write("packages/memcached/test/conformance.test.ts", 'addressOf("MEMCACHED_URLS")')
  mkdirSync(join(root, "examples"))
})

afterEach(() => {
  rmSync(root, { recursive: true })
})

/**
 * @param {string} path
 * @param {string} text
 */
function write(path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** @param {readonly string[]} vitestArguments */
function names(...vitestArguments) {
  return neededServices(vitestArguments, root).map(({ name }) => name)
}

describe("neededServices", () => {
  it("returns all services for a run without filters", () => {
    expect(neededServices([], root)).toBe(services)
  })

  it("returns all services if there are options, whose values look like filters", () => {
    expect(neededServices(["-t", "core"], root)).toBe(services)
  })

  it("returns none for a package without services", () => {
    expect(names("packages/core")).toEqual([])
  })

  it("returns the services of any module next to a matching test", () => {
    expect(names("packages/redis/test/conformance")).toEqual(["redis"])
  })

  it("returns none for tests next to the source", () => {
    expect(names("packages/redis/src")).toEqual([])
  })

  it("returns the services for all filters", () => {
    expect(names("./packages/memcached", "packages/redis")).toEqual(["redis", "memcached"])
    expect(names("conformance")).toEqual(["redis", "memcached"])
  })
})
