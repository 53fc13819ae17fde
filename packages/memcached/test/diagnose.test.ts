import type { Finding } from "@larder/core"
import { startMemcached } from "@larder/services/memcached-server"
import { describe, expect, it, onTestFinished } from "vitest"
import type { MemcachedBackendOptions } from "../src/index.js"
import { servers } from "./servers.js"
import { openBackend, uniqueKey } from "./workbench.js"

/** Starts a server for one test and returns its address. */
async function start(...args: readonly string[]): Promise<string> {
  const { port, stop } = await startMemcached({ args })
  onTestFinished(stop)
  return `127.0.0.1:${port}`
}

/** Returns the findings, one line each. */
async function found(options: Partial<MemcachedBackendOptions>): Promise<string[]> {
  return lines(await openBackend(options).diagnose())
}

function lines(findings: readonly Finding[]): string[] {
  return findings.map((finding) => `${finding.severity} ${finding.code}: ${finding.found}`)
}

describe("the diagnosis of servers", () => {
  it("finds nothing on two identical servers with default options", async () => {
    expect(await found({ servers: [await start(), await start()] })).toEqual([])
  })

  it("finds a server without compare and swap", async () => {
    const address = await start("-C")
    expect(await found({ servers: [address] })).toEqual([
      `error compare-and-swap: The server ${address} was started without compare and swap (-C).`,
    ])
  })

  it("finds a server that never evicts", async () => {
    const address = await start("-M")
    expect(await found({ servers: [address] })).toEqual([
      `warning evictions-off: The server ${address} was started without evictions (-M).`,
    ])
  })

  it("finds a server that accepts smaller values than the backend", async () => {
    const address = await start()
    expect(await found({ servers: [address], maxValueBytes: 2 * 1024 ** 2 })).toEqual([
      `warning value-size: maxValueBytes is 2097152, but the server ${address} accepts items of up to 1048576 bytes (-I).`,
    ])
  })

  it("finds a server that has refused large values", async () => {
    const address = await start()
    const generous = openBackend({ servers: [address], maxValueBytes: 2 * 1024 ** 2 })
    await expect(generous.set("large", Buffer.alloc(1_500_000))).rejects.toThrow(/too large/)
    expect(await found({ servers: [address] })).toEqual([
      `warning value-size: The server ${address} has refused values above its limit of 1048576 bytes (-I), 1 so far.`,
    ])
  })

  it("finds a server that has evicted many entries", async () => {
    const address = await start("-m", "2")
    const backend = openBackend({ servers: [address] })
    for (let index = 0; index < 100; index++) await backend.set(uniqueKey(), Buffer.alloc(100_000))
    expect(lines(await backend.diagnose())).toEqual([
      expect.stringMatching(/^warning evictions: The server .* has evicted \d+ of the 100 entries .* \(\d\d %\)\.$/),
    ])
  })

  it("finds servers with different options", async () => {
    const [small, large] = [await start("-m", "64"), await start("-m", "128", "-I", "2m")]
    expect(await found({ servers: [small, large] })).toEqual([
      `warning different-servers: The servers differ in memory (-m): ${small} has 67108864, ${large} has 134217728; ` +
        `in item size (-I): ${small} has 1048576, ${large} has 2097152.`,
    ])
  })

  it("rejects when one of the servers does not answer", async () => {
    const backend = openBackend({ servers: [...servers, "127.0.0.1:1"] })
    await expect(backend.diagnose()).rejects.toThrow(/127\.0\.0\.1:1/)
  })
})
