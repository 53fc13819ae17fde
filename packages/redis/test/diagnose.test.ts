import type { Finding } from "@larder/core"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { RedisBackend, type RedisBackendOptions } from "../src/index.js"
import { eventually } from "./eventually.js"
import { RedisProcess } from "./redis-process.js"
import { clusterUrls } from "./test-servers.js"

const bounded = ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lfu"]

async function diagnose(options: RedisBackendOptions): Promise<readonly Finding[]> {
  const backend = new RedisBackend(options)
  onTestFinished(() => backend.close())
  return backend.diagnose()
}

/** Returns the findings of a server, one line each. */
async function found({ url }: RedisProcess): Promise<string[]> {
  return (await diagnose({ url })).map((finding) => `${finding.severity} ${finding.code}: ${finding.found}`)
}

describe("the diagnosis of a server", () => {
  it("finds nothing if the memory is limited and every key can be evicted", async () => {
    expect(await found(await RedisProcess.start(...bounded))).toEqual([])
  })

  it("finds a server without a memory limit", async () => {
    expect(await found(await RedisProcess.start())).toEqual([
      "warning maxmemory: The server has no memory limit (maxmemory is 0).",
    ])
  })

  it("finds a server that never evicts, and tells whether it is full", async () => {
    const server = await RedisProcess.start("--maxmemory", "100mb", "--maxmemory-policy", "noeviction")
    expect(await found(server)).toEqual([
      expect.stringMatching(
        /^warning maxmemory-policy: The server never evicts .*noeviction\); [\d.]+K of 100.00M are used\.$/,
      ),
    ])
    await server.ask("CONFIG", "SET", "maxmemory", "100kb")
    expect(await diagnose({ url: server.url })).toMatchObject([
      { severity: "error", code: "maxmemory-policy", why: "It is full and refuses all writes." },
    ])
  })

  it("finds keys that the policy cannot evict", async () => {
    const server = await RedisProcess.start("--maxmemory", "100mb", "--maxmemory-policy", "volatile-lru")
    await server.ask("SET", "mortal", "1", "EX", "1000")
    expect(await found(server)).toEqual([])
    await server.ask("SET", "eternal", "1")
    expect(await found(server)).toEqual([
      "warning maxmemory-policy: 1 of the server's 2 keys never expire, and its maxmemory-policy, volatile-lru, evicts only keys that do.",
    ])
  })

  it("finds a replica, unless it accepts writes", async () => {
    const master = await RedisProcess.start(...bounded)
    const replica = await RedisProcess.start(...bounded, "--replicaof", "127.0.0.1", String(master.port))
    expect(await found(replica)).toEqual([
      `error replica: The server is a read-only replica of 127.0.0.1:${master.port}.`,
    ])
    await replica.ask("CONFIG", "SET", "replica-read-only", "no")
    expect(await found(replica)).toEqual([])
  })

  it("finds snapshots that fail", async () => {
    const server = await RedisProcess.start(...bounded, "--dbfilename", "a-folder")
    server.makeFolder("a-folder/not-empty")
    await server.ask("BGSAVE")
    await eventually(async () => {
      expect(await found(server)).toEqual(["warning persistence: The server's last snapshot failed."])
    })
  })

  it("finds a clock that is ahead or behind", async () => {
    const server = await RedisProcess.start(...bounded)
    const now = Date.now
    const clock = vi.spyOn(Date, "now")
    onTestFinished(() => clock.mockRestore())
    clock.mockImplementation(() => now() + 3_600_000)
    expect(await found(server)).toEqual([expect.stringMatching(/^warning clock: .* 3[56]\d\d s behind that of this/)])
    clock.mockImplementation(() => now() - 3_600_000)
    expect(await found(server)).toEqual([expect.stringMatching(/^warning clock: .* 3[56]\d\d s ahead of that of this/)])
  })

  it("counts the masters of a cluster that have a finding", async () => {
    expect(await diagnose({ cluster: clusterUrls })).toMatchObject([
      { found: "The server has no memory limit (maxmemory is 0). Found on 3 of 3 masters." },
    ])
  })

  it("rejects when the server does not answer", async () => {
    const server = await RedisProcess.start()
    await server.stop()
    await expect(diagnose({ url: server.url })).rejects.toThrow(/ECONNREFUSED/)
  })
})
