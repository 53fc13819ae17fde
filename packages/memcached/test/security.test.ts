import { describe, expect, it } from "vitest"
import { fromUrl, type MemcachedBackend } from "../src/index.js"
import { openSecured, users } from "./secured-server.js"
import { servers } from "./servers.js"
import { bytes, openBackend, openProxy, uniqueKey } from "./workbench.js"

const ttl = 60_000

async function roundTrip(backend: MemcachedBackend): Promise<void> {
  const large = Buffer.alloc(300_000, "x")
  const entries = Array.from({ length: 50 }, (_, index) => ({ key: `key${index}`, value: bytes(`${index}`) }))
  await Promise.all([backend.set("one", bytes("1"), ttl), backend.set("large", large, ttl)])
  await backend.setMany(entries, ttl)
  expect(await backend.incr("one", -3)).toBe(-2)
  expect(large.equals((await backend.get("large")) ?? bytes(""))).toBe(true)
  expect(await backend.getMany(entries.map(({ key }) => key))).toEqual(entries.map(({ value }) => value))
}

describe("a server that requires a login", () => {
  it("accepts its users, with calls already queued", async () => {
    const { address } = await openSecured({ login: true })
    for (const [username, password] of Object.entries(users)) {
      await roundTrip(openBackend({ servers: [address], username, password }))
    }
    const backend = fromUrl(`memcached://bob:${encodeURIComponent(users.bob)}@${address}?requestTimeout=5000`)
    await roundTrip(backend)
    await backend.close()
  })

  it("gets another login after a lost connection", async () => {
    const { address } = await openSecured({ login: true })
    const proxy = await openProxy(address)
    const backend = openBackend({ servers: [proxy.address], username: "alice", password: users.alice })
    await backend.set("key", bytes("value"), ttl)
    await proxy.close()
    await proxy.listen()
    await expect.poll(() => backend.get("key").catch(() => undefined)).toEqual(bytes("value"))
    expect(proxy.connections).toBe(2)
  })

  it.each([
    ["another password", { username: "alice", password: "hunter2" }, "does not accept this user and password"],
    ["an unknown user", { username: "mallory", password: "hunter2" }, "does not accept this user and password"],
    ["no login", {}, "wants a user and a password"],
  ])("rejects %s with an error for every call that shows no password, after one attempt", async (_, login, text) => {
    const { address } = await openSecured({ login: true })
    const proxy = await openProxy(address)
    const backend = openBackend({ servers: [proxy.address], requestTimeout: 60_000, ...login })
    const calls = [backend.get("one"), backend.set("two", bytes("2"), ttl), backend.getMany(["a", "b"]), backend.ping()]
    const refusals = await Promise.allSettled(calls)
    const resting = await Promise.allSettled([backend.get("one"), backend.ping()])
    for (const outcome of [...refusals, ...resting]) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { name: "MemcachedError", code: "LOGIN" } })
      const { message } = (outcome as PromiseRejectedResult).reason as Error
      expect(message).toContain(proxy.address)
      expect(message).toContain(text)
      expect(message).not.toContain("hunter2")
    }
    expect(proxy.connections).toBe(1)
  })

  it("rejects calls in time if it does not answer the login", async () => {
    const { address } = await openSecured({ login: true })
    const proxy = await openProxy(address)
    proxy.onReply = () => {}
    const backend = openBackend({ servers: [proxy.address], requestTimeout: 300, username: "alice", password: "x" })
    await expect(backend.get("key")).rejects.toMatchObject({ code: "TIMEOUT" })
  })
})

describe("a server without logins", () => {
  it("accepts any login, and does not store it", async () => {
    const backend = openBackend({ username: "alice", password: "s3cret" })
    const key = uniqueKey()
    await backend.set(key, bytes("value"), ttl)
    expect(await backend.get(key)).toEqual(bytes("value"))
    expect(await openBackend().get("larder-login")).toBeUndefined()
  })
})

describe("a server with TLS", () => {
  it("is used if its certificate is trusted, by name and by address", async () => {
    const { address, ca } = await openSecured({ tls: true })
    const port = address.slice(address.indexOf(":") + 1)
    for (const server of [address, `localhost:${port}`]) {
      await roundTrip(openBackend({ servers: [server], tls: { ca } }))
    }
    await roundTrip(openBackend({ servers: [address], tls: { rejectUnauthorized: false } }))
  })

  it("can also require a login", async () => {
    const { address, ca } = await openSecured({ login: true, tls: true })
    await roundTrip(openBackend({ servers: [address], tls: { ca }, username: "alice", password: users.alice }))
    const refused = openBackend({ servers: [address], tls: { ca }, username: "alice", password: "hunter2" })
    await expect(refused.get("key")).rejects.toMatchObject({ code: "LOGIN" })
  })

  it("is rejected in time if its certificate is not trusted", async () => {
    const { address } = await openSecured({ tls: true })
    const backend = openBackend({ servers: [address], requestTimeout: 60_000, tls: true })
    const refusal = { code: "CONNECTION", cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" } }
    await expect(backend.set("key", bytes("1"), ttl)).rejects.toMatchObject(refusal)
    const byUrl = fromUrl(`memcacheds://${address}`)
    await expect(byUrl.get("key")).rejects.toMatchObject(refusal)
    await byUrl.close()
  })

  it("is rejected if its certificate is for another name", async () => {
    const { address, ca } = await openSecured({ tls: true })
    const backend = openBackend({ servers: [address], tls: { ca, servername: "elsewhere.example" } })
    await expect(backend.get("key")).rejects.toMatchObject({ cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" } })
  })

  it("rejects calls without TLS, and calls with TLS reject on a server without it", async () => {
    const { address, ca } = await openSecured({ tls: true })
    const plain = openBackend({ servers: [address], requestTimeout: 1000 })
    await expect(plain.get("key")).rejects.toMatchObject({ name: "MemcachedError" })
    const encrypted = openBackend({ servers: servers.slice(0, 1), requestTimeout: 1000, tls: { ca } })
    await expect(encrypted.get("key")).rejects.toMatchObject({ name: "MemcachedError" })
  })
})
