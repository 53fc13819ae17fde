import { execFile } from "node:child_process"
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import type { Finding } from "@larder/core"
import Database from "better-sqlite3"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { DatabaseBackend, fromUrl } from "../src/index.js"
import { databases, temporaryBackend, temporaryTable } from "./temporary-table.js"

/** Creates a file with a table, without a write-ahead log. */
async function plainFile(): Promise<{ path: string; client: Database.Database; backend: DatabaseBackend }> {
  const directory = mkdtempSync(join(tmpdir(), "larder-"))
  const path = join(directory, "cache.db")
  const client = new Database(path)
  onTestFinished(() => {
    client.close()
    rmSync(directory, { recursive: true })
  })
  const backend = new DatabaseBackend({ client })
  await backend.createTable()
  return { path, client, backend }
}

function lines(findings: readonly Finding[]): string[] {
  return findings.map((finding) => `${finding.severity} ${finding.code}: ${finding.found}`)
}

describe("the diagnosis of a database server", () => {
  it.each(["postgres", "mysql"] as const)("finds a clock that is ahead or behind, in %s", async (kind) => {
    const { backend } = await temporaryBackend(kind)
    expect(await backend.diagnose()).toEqual([])
    const now = Date.now
    const clock = vi.spyOn(Date, "now")
    onTestFinished(() => clock.mockRestore())
    clock.mockImplementation(() => now() + 3_600_000)
    expect(lines(await backend.diagnose())).toEqual([
      expect.stringMatching(/^warning clock: The server's clock is 3[56]\d\d s behind that of this machine\.$/),
    ])
    clock.mockImplementation(() => now() - 3_600_000)
    expect(lines(await backend.diagnose())).toEqual([
      expect.stringMatching(/^warning clock: The server's clock is 3[56]\d\d s ahead of that of this machine\.$/),
    ])
  })
})

describe.each(databases)("the diagnosis of a table in %s", (kind) => {
  it.each(["expires_at", "written_at"])("finds a missing index on %s, and says how to create it", async (column) => {
    const { backend, table } = await temporaryBackend(kind)
    await table.run(`DROP INDEX ${table.name}_${column}${kind === "mysql" ? ` ON ${table.name}` : ""}`)
    const findings = await backend.diagnose()
    expect(lines(findings)).toEqual([`warning missing-index: The table has no index on ${column}.`])
    await table.run(findings[0]?.advice.replace("Run ", "") ?? "")
    expect(await backend.diagnose()).toEqual([])
  })

  it("finds more than twice as many rows as maxEntries", async () => {
    const { backend, table } = await temporaryBackend(kind)
    const smaller = await fromUrl(`${table.url}&maxEntries=10`)
    onTestFinished(() => smaller.close())
    const entries = Array.from({ length: 21 }, (_, index) => ({ key: `key ${index}`, value: Buffer.of(1) }))
    await backend.setMany(entries.slice(1))
    expect(await smaller.diagnose()).toEqual([])
    await backend.setMany(entries)
    expect(lines(await smaller.diagnose())).toEqual([
      "warning overfull: The table has more than twice as many rows as maxEntries (10).",
    ])
    expect(await backend.diagnose()).toEqual([])
  })

  it("finds nothing in a table with the name of one that was renamed", async () => {
    const { backend, table } = await temporaryBackend(kind)
    for (const suffix of ["_old", "_older"]) {
      await table.run(`ALTER TABLE ${table.name} RENAME TO ${table.name}${suffix}`)
      onTestFinished(() => (kind === "sqlite" ? undefined : table.run(`DROP TABLE ${table.name}${suffix}`)))
      const { existed, sql } = await backend.createTable()
      expect(existed).toBe(false)
      expect(await backend.diagnose()).toEqual([])
      // The indexes of the renamed table have the names, except in MySQL.
      expect(sql.split(";\n")).toHaveLength(kind === "mysql" ? 2 : 6)
    }
  })
})

describe("the diagnosis of a SQLite file", () => {
  it("finds that it was removed", async () => {
    const { path, backend } = await plainFile()
    rmSync(path)
    expect(lines(await backend.diagnose())).toEqual([
      `error removed-file: The file ${path} was removed or renamed while this process had it open.`,
    ])
  })

  it("finds nothing in a file that fromUrl created", async () => {
    const { backend } = await temporaryBackend("sqlite")
    expect(await backend.diagnose()).toEqual([])
  })

  it("finds nothing in an in-memory database", async () => {
    const client = new Database(":memory:")
    onTestFinished(() => void client.close())
    const backend = new DatabaseBackend({ client })
    await backend.createTable()
    expect(await backend.diagnose()).toEqual([])
  })

  it("finds a file without a write-ahead log, and does not change it", async () => {
    const { path, client, backend } = await plainFile()
    expect(lines(await backend.diagnose())).toEqual([
      `warning journal-mode: ${path} has no write-ahead log (journal_mode is delete).`,
    ])
    expect(client.pragma("journal_mode", { simple: true })).toBe("delete")
    client.pragma("journal_mode = WAL")
    expect(await backend.diagnose()).toEqual([])
  })

  it("checks the file of an attached database", async () => {
    const { path, client } = await plainFile()
    const main = new Database(":memory:")
    onTestFinished(() => void main.close())
    main.exec(`ATTACH '${path}' AS other`)
    client.pragma("journal_mode = TRUNCATE")
    expect(lines(await new DatabaseBackend({ client: main, table: "OTHER.larder_cache" }).diagnose())).toEqual([
      `warning journal-mode: ${path} has no write-ahead log (journal_mode is delete).`,
    ])
  })

  it("finds a file that every user can write to", async () => {
    const { path, client, backend } = await plainFile()
    client.pragma("journal_mode = WAL")
    chmodSync(path, 0o646)
    expect(lines(await backend.diagnose())).toEqual([
      `warning permissions: Every user of this machine can write to ${path} (mode 646).`,
    ])
  })

  it("finds a file or directory that this process cannot write to", async () => {
    const { path, client } = await plainFile()
    client.close()
    chmodSync(dirname(path), 0o755)
    chmodSync(path, 0o444)
    expect(await diagnosedByNobody(path)).toContain(`error read-only: This process cannot write to ${path} (EACCES).`)
    if (nobody.uid !== undefined) chownSync(path, nobody.uid, nobody.gid)
    chmodSync(path, 0o600)
    chmodSync(dirname(path), 0o555)
    const found = await diagnosedByNobody(path).finally(() => chmodSync(dirname(path), 0o755))
    expect(found).toContain(`error read-only: This process cannot write to ${dirname(path)} (EACCES).`)
  })
})

describe("the diagnosis of a database without the table", () => {
  it("rejects like ping", async () => {
    const backend = await fromUrl(temporaryTable("sqlite").url)
    onTestFinished(() => backend.close())
    await expect(backend.diagnose()).rejects.toMatchObject({ code: "TABLE_MISSING" })
  })
})

/** The user as whom root runs the child process, because root ignores permissions. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

/** Returns the findings of a process with the permissions of an ordinary user, one line each. */
async function diagnosedByNobody(path: string): Promise<string> {
  const script = fileURLToPath(new URL("diagnose-child.mjs", import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, path], nobody)
  return stdout
}
