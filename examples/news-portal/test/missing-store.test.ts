import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { Program } from "./program.js"

const portal = fileURLToPath(new URL("..", import.meta.url))
let folder: string

/** The portal as it is where nothing was installed but what its manifest names. */
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "news-portal-")))
  for (const part of ["dist", "templates", "assets", "package.json"]) {
    await cp(join(portal, part), join(folder, part), { recursive: true })
  }
  const manifest: unknown = JSON.parse(await readFile(join(portal, "package.json"), "utf8"))
  const { dependencies } = manifest as { dependencies: Record<string, string> }
  for (const name of Object.keys(dependencies)) {
    const place = join(folder, "node_modules", name)
    await mkdir(dirname(place), { recursive: true })
    await symlink(await realpath(join(portal, "node_modules", name)), place, "junction")
  }
})

afterAll(() => rm(folder, { recursive: true }))

function run(url: string): Promise<{ readonly code: number | null; readonly error: string }> {
  const args = [join(folder, "dist/main.js"), "--port", "0"]
  return new Program(process.execPath, args, { environment: { CACHE_URL: url } }).ended
}

describe("the portal without a backend for its CACHE_URL", () => {
  it.each([
    ["redis://h", "@larder/redis"],
    ["rediss://h", "@larder/redis"],
    ["valkey://h", "@larder/redis"],
    ["memcached://h", "@larder/memcached"],
    ["postgres://h/news", "@larder/database"],
    ["mysql://h/news", "@larder/database"],
    ["mariadb://h/news", "@larder/database"],
    ["sqlite:news.db", "@larder/database"],
  ])("says for %s that %s is missing", async (url, name) => {
    const { code, error } = await run(url)
    expect(code).toBe(1)
    expect(error).toMatch(/^CACHE_URL cannot be used: .*\n$/)
    expect(error).toContain(`npm install ${name}\n`)
  })

  it.each([
    ["postgres://h/news", "pg"],
    ["mysql://h/news", "mysql2"],
  ])("says for %s that %s is missing, where the backend is there and its client is not", async (url, name) => {
    const backend = join(folder, "node_modules/@larder/database")
    const source = join(portal, "node_modules/@larder/database")
    for (const part of ["dist", "package.json"]) await cp(join(source, part), join(backend, part), { recursive: true })
    const { code, error } = await run(url)
    expect(code).toBe(1)
    expect(error).toMatch(/^CACHE_URL cannot be used: .*\n$/)
    expect(error).toContain(`npm install ${name}\n`)
    await rm(backend, { recursive: true })
  })
})
