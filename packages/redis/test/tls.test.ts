import { execFile } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createServer } from "node:tls"
import { promisify } from "node:util"
import { selfSignedCertificate } from "@larder/services/certificate"
import { describe, expect, it, onTestFinished } from "vitest"
import { fromUrl, RedisBackend, type RedisBackendOptions, RedisConnectionError } from "../src/index.js"
import { freePort, RedisProcess } from "./redis-process.js"

const value = Buffer.from("value")
const { certificate, key } = selfSignedCertificate()

/** Starts a server with TLS. Returns the TLS port, and the file of its certificate. */
async function startSecured(clients: "yes" | "no" = "no") {
  const folder = mkdtempSync(join(tmpdir(), "larder-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [certificateFile, keyFile] = [join(folder, "certificate.pem"), join(folder, "key.pem")]
  writeFileSync(certificateFile, certificate)
  writeFileSync(keyFile, key)
  const port = await freePort()
  const files = ["--tls-cert-file", certificateFile, "--tls-key-file", keyFile, "--tls-ca-cert-file", certificateFile]
  const server = await RedisProcess.start("--tls-port", String(port), "--tls-auth-clients", clients, ...files)
  return { port, certificateFile, server }
}

function openBackend(options: RedisBackendOptions): RedisBackend {
  const backend = new RedisBackend({ connectTimeout: 1, ...options })
  onTestFinished(() => backend.close())
  return backend
}

async function roundTrip(backend: RedisBackend): Promise<void> {
  const large = Buffer.alloc(300_000, "x")
  await Promise.all([backend.set("one", value), backend.set("large", large)])
  expect(await backend.get("one")).toEqual(value)
  expect(large.equals((await backend.get("large")) ?? Buffer.of())).toBe(true)
}

describe("a server with TLS", () => {
  it("is used if its certificate is trusted, by address and by name", async () => {
    const { port } = await startSecured()
    for (const host of ["127.0.0.1", "localhost"]) {
      await roundTrip(openBackend({ url: `rediss://${host}:${port}`, tls: { ca: certificate } }))
    }
    await roundTrip(openBackend({ url: `valkeys://127.0.0.1:${port}`, tls: { rejectUnauthorized: false } }))
  })

  it("is used by its URL alone if Node trusts the certificate", async () => {
    const { port, certificateFile } = await startSecured()
    const program = `
      import { fromUrl } from "@larder/redis"
      const backend = fromUrl("rediss://127.0.0.1:${port}")
      await backend.ping()
      await backend.close()
      console.log("answered")
    `
    const options = { cwd: import.meta.dirname, env: { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile } }
    const words = ["--input-type=module", "--eval", program]
    const { stdout } = await promisify(execFile)(process.execPath, words, options)
    expect(stdout).toBe("answered\n")
  })

  it("is rejected if its certificate is not trusted", async () => {
    const { port } = await startSecured()
    const backend = fromUrl(`rediss://user:secret@127.0.0.1:${port}`)
    onTestFinished(() => backend.close())
    const error = await backend.get("key").catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RedisConnectionError)
    expect(error).toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" })
    expect(String(error)).toContain(`rediss://127.0.0.1:${port}/0: `)
    expect(String(error)).not.toContain("secret")
  })

  it("is rejected if its certificate is for another name", async () => {
    const { port } = await startSecured()
    const tls = { ca: certificate, servername: "elsewhere.example" }
    const backend = openBackend({ url: `rediss://127.0.0.1:${port}`, tls })
    await expect(backend.get("key")).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" })
  })

  it("can require a client certificate", async () => {
    const { port } = await startSecured("yes")
    const url = `rediss://127.0.0.1:${port}`
    await roundTrip(openBackend({ url, tls: { ca: certificate, cert: certificate, key } }))
    await expect(openBackend({ url, tls: { ca: certificate } }).get("key")).rejects.toBeInstanceOf(RedisConnectionError)
  })

  it("rejects calls without TLS, and calls with TLS reject on a server without it", async () => {
    const { port, server } = await startSecured()
    await expect(openBackend({ url: `redis://127.0.0.1:${port}` }).get("key")).rejects.toThrow(`127.0.0.1:${port}`)
    const encrypted = openBackend({ url: `rediss://127.0.0.1:${server.port}`, tls: { ca: certificate } })
    await expect(encrypted.get("key")).rejects.toThrow(`127.0.0.1:${server.port}`)
  })

  it("receives the host name by SNI", async () => {
    const names: string[] = []
    const server = createServer({
      cert: certificate,
      key,
      SNICallback(name, answer) {
        names.push(name)
        answer(null)
      },
    }).on("tlsClientError", () => {})
    server.on("secureConnection", (socket) => socket.on("error", () => {}).end())
    server.listen(0, "localhost")
    await once(server, "listening")
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const tls = { ca: certificate }
    const backend = openBackend({ url: `rediss://localhost:${port}`, tls })
    await expect(backend.get("key")).rejects.toThrow()
    const cluster = openBackend({ cluster: [`rediss://localhost:${port}`], tls })
    await expect(cluster.get("key")).rejects.toThrow()
    expect(names).toEqual(["localhost", "localhost"])
  })
})
