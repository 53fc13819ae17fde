import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { describe, expect, it, onTestFinished } from "vitest"
import { fromUrl, MemcachedBackend } from "../src/index.js"
import { servers } from "./servers.js"

/** The path of a socket, and a way to start the server there. */
function openFolder(): { readonly path: string; start(): Promise<ChildProcess> } {
  const folder = mkdtempSync(join(tmpdir(), "larder-memcached-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  // Root starts it as another user.
  chmodSync(folder, 0o777)
  const path = join(folder, "my cache.sock")
  const start = async (): Promise<ChildProcess> => {
    const child = spawn("memcached", ["-u", "nobody", "-s", path, "-a", "777"], { stdio: "ignore" })
    onTestFinished(() => void child.kill("SIGKILL"))
    for (const end = Date.now() + 10_000; !existsSync(path) && Date.now() < end; ) await delay(20)
    return child
  }
  return { path, start }
}

describe("a server at a Unix socket", () => {
  it("is used by its URL, and again after a restart", async () => {
    const { path, start } = openFolder()
    const backend = fromUrl(`memcached://${path.replace(" ", "%20")}`)
    onTestFinished(() => backend.close())
    await expect(backend.ping()).rejects.toMatchObject({ code: "CONNECTION", message: expect.stringContaining(path) })
    const server = await start()
    await delay(1_000)
    await backend.set("key", Buffer.from("value"), 60_000)
    expect(await backend.get("key")).toEqual(Buffer.from("value"))
    server.kill("SIGKILL")
    await once(server, "exit")
    await expect(backend.get("key")).rejects.toMatchObject({ code: "CONNECTION" })
    rmSync(path, { force: true })
    await start()
    await delay(1_000)
    expect(await backend.get("key")).toBeUndefined()
  })

  it("shares keys with servers at ports", async () => {
    const { path, start } = openFolder()
    await start()
    const backend = new MemcachedBackend({ servers: [`unix:${path}`, ...servers] })
    onTestFinished(() => backend.close())
    const entries = Array.from({ length: 60 }, (_, index) => ({ key: `unix:${index}`, value: Buffer.from(`${index}`) }))
    await backend.setMany(entries, 60_000)
    expect(await backend.getMany(entries.map(({ key }) => key))).toEqual(entries.map(({ value }) => value))
    const alone = fromUrl(`memcached://${path.replace(" ", "%20")}`)
    onTestFinished(() => alone.close())
    const there = (await alone.getMany(entries.map(({ key }) => key))).filter((value) => value !== undefined)
    expect(there.length).toBeGreaterThan(0)
    expect(there.length).toBeLessThan(entries.length)
  })
})
