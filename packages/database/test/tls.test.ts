import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { TLSSocket } from "node:tls"
import { addressOf } from "@larder/services/address"
import { createConnection, type Pool } from "mysql2/promise"
import pg from "pg"
import { describe, expect, it, onTestFinished } from "vitest"
import { fromUrl } from "../src/index.js"
import { openMysql } from "../src/open-mysql.js"
import { openPostgres } from "../src/open-postgres.js"
import { loadTls } from "../src/tls-request.js"
import { temporaryBackend } from "./temporary-table.js"
import { bytes, text } from "./text-value.js"

const unchecked = { rejectUnauthorized: false }
const timeouts = { connect: 5_000, statement: 5_000 }

/** The path of a file with the certificate of a server, which is self-signed. */
async function certificateOf(kind: "postgres" | "mysql"): Promise<string> {
  const socket = kind === "postgres" ? await postgresSocket() : await mysqlSocket()
  if (!(socket instanceof TLSSocket)) throw new Error(`The ${kind} server of the tests has no TLS`)
  const folder = mkdtempSync(join(tmpdir(), "larder-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, "server.pem")
  const lines = socket.getPeerCertificate().raw.toString("base64")
  writeFileSync(path, `-----BEGIN CERTIFICATE-----\n${lines.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`)
  return path
}

async function postgresSocket(): Promise<unknown> {
  const client = new pg.Client({ connectionString: addressOf("POSTGRES_URL"), ssl: unchecked })
  await client.connect()
  onTestFinished(() => client.end())
  const { connection } = client as unknown as { connection: { stream: unknown } }
  return connection.stream
}

async function mysqlSocket(): Promise<unknown> {
  const client = await createConnection({ uri: addressOf("MYSQL_URL"), ssl: unchecked })
  onTestFinished(() => client.end())
  const { connection } = client as unknown as { connection: { stream: unknown } }
  return connection.stream
}

/** Whether the connection is encrypted, according to the server. */
async function isEncrypted(kind: "postgres" | "mysql", mode: "no-verify" | undefined): Promise<boolean> {
  const tls = mode && (await loadTls({ verification: mode }))
  if (kind === "postgres") {
    const { client, release } = await openPostgres(new URL(addressOf("POSTGRES_URL")), timeouts, tls)
    const sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    const { rows } = await (client as pg.Pool).query<{ ssl: boolean }>(sql)
    await release()
    return rows[0]?.ssl === true
  }
  const { client, release } = await openMysql(new URL(addressOf("MYSQL_URL")), timeouts, tls)
  const [rows] = await (client as Pool).query("SHOW STATUS LIKE 'Ssl_cipher'")
  await release()
  return (rows as { Value: string }[])[0]?.Value !== ""
}

describe.each(["postgres", "mysql"] as const)("TLS to %s", (kind) => {
  it("is used on request", async () => {
    expect(await isEncrypted(kind, undefined)).toBe(false)
    expect(await isEncrypted(kind, "no-verify")).toBe(true)
  })

  it("works with a URL that trusts the certificate of the server, or any", async () => {
    const { table } = await temporaryBackend(kind)
    const rootCertificate = encodeURIComponent(await certificateOf(kind))
    const trusting = [`sslmode=verify-full&sslrootcert=${rootCertificate}`, `sslrootcert=${rootCertificate}`]
    for (const query of [...trusting, `sslmode=verify-ca&sslrootcert=${rootCertificate}`, "sslmode=no-verify"]) {
      const backend = await fromUrl(`${table.url}&${query}`)
      await backend.set("key", bytes(query))
      expect(text(await backend.get("key"))).toBe(query)
      await backend.close()
    }
  })

  it.each(["ssl=true", "sslmode=require", "sslmode=verify-full"])(
    "rejects a self-signed certificate with %s",
    async (query) => {
      const { table } = await temporaryBackend(kind)
      const backend = await fromUrl(`${table.url}&${query}`)
      const error = await backend.get("key").catch((error: unknown) => error)
      expect(String(error)).toMatch(/self-signed certificate/)
      expect(String(error)).not.toContain("larder:larder")
      await backend.close()
    },
  )
})

describe("verify-full", () => {
  it("rejects a certificate for another host name, which verify-ca ignores", async () => {
    const { table } = await temporaryBackend("postgres")
    const rootCertificate = encodeURIComponent(await certificateOf("postgres"))
    // The same server by an address that its certificate does not have.
    const address = new URL(table.url)
    address.hostname = "[::ffff:127.0.0.1]"
    const url = `${address.href}&sslrootcert=${rootCertificate}`
    const strict = await fromUrl(`${url}&sslmode=verify-full`)
    await expect(strict.get("key")).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" })
    await strict.close()
    const lenient = await fromUrl(`${url}&sslmode=verify-ca`)
    await lenient.set("key", bytes("value"))
    expect(text(await lenient.get("key"))).toBe("value")
    await lenient.close()
  })
})
