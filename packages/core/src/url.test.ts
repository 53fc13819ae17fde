import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { DummyBackend } from "./dummy-backend.js"
import { ConfigurationError } from "./errors.js"
import { backendFromUrl } from "./url.js"

let program: string

async function install(name: string, source: string): Promise<void> {
  const folder = join(program, "node_modules", name)
  await mkdir(folder, { recursive: true })
  const manifest = { name, type: "module", exports: { ".": { types: "./index.d.ts", default: "./index.js" } } }
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest))
  await writeFile(join(folder, "index.js"), source)
}

beforeAll(async () => {
  program = await mkdtemp(join(tmpdir(), "larder-url-"))
  await install("@larder/redis", "export const fromUrl = (url) => ({ name: 'redis', url })")
  await install("larder-etcd", "export const fromUrl = async (url) => ({ name: 'etcd', url })")
  await install("@larder/memcached", "export const nothing = 1")
})

afterAll(() => rm(program, { recursive: true, force: true }))

describe("backendFromUrl", () => {
  it("asks the package that the scheme names, found from the program", async () => {
    for (const url of ["redis://127.0.0.1:6379/1", "REDISS://host", "valkey://host"]) {
      expect(await backendFromUrl(url, { from: program })).toEqual({ name: "redis", url })
    }
  })

  it("knows further schemes when it is told", async () => {
    const options = { from: program, packages: { etcd: "larder-etcd" } }
    expect(await backendFromUrl("etcd://host", options)).toEqual({ name: "etcd", url: "etcd://host" })
  })

  it("makes the dummy backend itself", async () => {
    expect(await backendFromUrl("dummy:")).toBeInstanceOf(DummyBackend)
  })

  it("says what to install", async () => {
    const missing = backendFromUrl("etcd://host", { from: program, packages: { etcd: "larder-nowhere" } })
    await expect(missing).rejects.toThrow(ConfigurationError)
    await expect(missing).rejects.toThrow("needs the package larder-nowhere: npm install larder-nowhere")
  })

  it.each(["", "redis", "nope://host", "constructor:", "://x", 5])("lists the schemes for %j", async (url) => {
    await expect(backendFromUrl(url as string, { from: program })).rejects.toThrow(
      /No backend for the URL .* dummy, file, /,
    )
  })

  it("never shows a password", async () => {
    const packages = { etcd: "larder-nowhere" }
    for (const url of [
      "etcd://user:secret@host/db",
      "nope://:p/secret@host",
      "etcd:user:secret@host",
      "etcd://:secret\n@host",
    ]) {
      const error: unknown = await backendFromUrl(url, { from: program, packages }).catch((caught: unknown) => caught)
      expect(String(error)).toMatch(/"(etcd|nope):/)
      expect(String(error)).not.toContain("secret")
    }
  })

  it("refuses a package that cannot be asked", async () => {
    await expect(backendFromUrl("memcached://host", { from: program })).rejects.toThrow(
      "The package @larder/memcached exports no fromUrl(url)",
    )
  })
})
