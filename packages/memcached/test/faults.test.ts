import type { Socket } from "node:net"
import { describe, expect, it, onTestFinished } from "vitest"
import type { MemcachedBackend } from "../src/index.js"
import { ScriptedServer } from "./scripted-server.js"
import { servers } from "./servers.js"
import { bytes, openBackend, openProxy, uniqueKey } from "./workbench.js"

const ttl = 60_000
const timeout = 400

/** A call of every method. All entries have a ttl. */
function everyCall(backend: MemcachedBackend, key: string): Record<string, () => Promise<unknown>> {
  return {
    get: () => backend.get(key),
    set: () => backend.set(key, bytes("1"), ttl),
    delete: () => backend.delete(key),
    add: () => backend.add(key, bytes("1"), ttl),
    touch: () => backend.touch(key, ttl),
    incr: () => backend.incr(key, 1),
    deleteIfEqual: () => backend.deleteIfEqual(key, bytes("1")),
    replaceIfEqual: () => backend.replaceIfEqual(key, bytes("1"), bytes("2"), ttl),
    getMany: () => backend.getMany([key, `${key}2`]),
    setMany: () => backend.setMany([{ key, value: bytes("1") }], ttl),
    deleteMany: () => backend.deleteMany([key]),
    ttl: () => backend.ttl(key),
    stats: () => backend.stats(),
    ping: () => backend.ping(),
  }
}

/** Repeats a call until the backoff after failures is over. */
async function eventually<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  const end = performance.now() + 10_000
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (performance.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}

describe("a server that does not answer", () => {
  it("rejects every call in time, and is used again when it answers again", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address], requestTimeout: timeout })
    const key = uniqueKey()
    await backend.set(key, bytes("kept"), ttl)
    proxy.onReply = () => {}
    const start = performance.now()
    await Promise.all(
      Object.entries(everyCall(backend, key)).flatMap(([name, call]) =>
        [call(), call()].map((answer) =>
          expect(answer, name).rejects.toMatchObject({ name: "MemcachedError", code: "TIMEOUT" }),
        ),
      ),
    )
    expect(performance.now() - start).toBeGreaterThanOrEqual(timeout - 10)
    expect(performance.now() - start).toBeLessThan(10 * timeout)
    proxy.heal()
    await eventually(() => backend.set(key, bytes("served"), ttl))
    expect(await backend.get(key)).toEqual(bytes("served"))
  })

  it("never has a late reply matched to a later call", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address], requestTimeout: timeout })
    const [slow, other] = [uniqueKey("slow"), uniqueKey("other")]
    await backend.setMany(
      [
        { key: slow, value: bytes("slow") },
        { key: other, value: bytes("other") },
      ],
      ttl,
    )
    const late: [Buffer, Socket][] = []
    proxy.onReply = (chunk, client) => late.push([chunk, client])
    await expect(backend.get(slow)).rejects.toMatchObject({ code: "TIMEOUT" })
    proxy.onReply = (chunk, client) => {
      for (const [lateChunk, lateClient] of late.splice(0)) lateClient.write(lateChunk)
      client.write(chunk)
    }
    expect(late).toHaveLength(1)
    expect(await backend.get(other)).toEqual(bytes("other"))
    expect(await backend.get(slow)).toEqual(bytes("slow"))
  })

  it("does not time out while this process is blocked", async () => {
    const backend = openBackend({ requestTimeout: 500 })
    const key = uniqueKey()
    await backend.set(key, bytes("a"), ttl)
    const value = backend.get(key)
    const end = performance.now() + 1500
    while (performance.now() < end);
    expect(await value).toEqual(bytes("a"))
  })

  it("fails concurrent increments of a key together, not one timeout after another", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address], requestTimeout: timeout })
    await backend.ping()
    proxy.onReply = () => {}
    const start = performance.now()
    const key = uniqueKey()
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => backend.incr(key, 1)))
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(50)
    expect(performance.now() - start).toBeLessThan(10 * timeout)
  })

  it("does not receive an increment again whose reply was lost", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address], requestTimeout: timeout })
    const key = uniqueKey()
    await backend.set(key, bytes("0"), ttl)
    // The reply to the read arrives, and the reply to the change does not.
    proxy.onReply = (chunk, client) => {
      proxy.onReply = () => {}
      client.write(chunk)
    }
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => backend.incr(key, 1)))
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(10)
    proxy.heal()
    expect(await eventually(() => backend.get(key))).toEqual(bytes("1"))
  })

  it("has at most maxPending pending requests", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address], requestTimeout: timeout, maxPending: 10 })
    await backend.ping()
    proxy.onReply = () => {}
    const waiting = Array.from({ length: 10 }, () => backend.get(uniqueKey()))
    await expect(backend.get(uniqueKey())).rejects.toMatchObject({ code: "OVERLOADED" })
    await expect(backend.incr(uniqueKey(), 1)).rejects.toMatchObject({ code: "OVERLOADED" })
    for (const outcome of await Promise.allSettled(waiting)) {
      expect(outcome).toMatchObject({ reason: { code: "TIMEOUT" } })
    }
    proxy.heal()
    await eventually(() => backend.ping())
  })

  it("has at most maxPending pending increments of one key", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address], requestTimeout: timeout, maxPending: 10 })
    await backend.ping()
    proxy.onReply = () => {}
    const key = uniqueKey()
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => backend.incr(key, 1)))
    const codes = outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason.code : undefined))
    // One is running, ten are queued.
    expect(codes).toEqual([...Array(11).fill("TIMEOUT"), ...Array(9).fill("OVERLOADED")])
  })

  it("does not block close", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address], requestTimeout: timeout })
    await backend.ping()
    proxy.onReply = () => {}
    const call = backend.get(uniqueKey())
    await Promise.all([backend.close(), expect(call).rejects.toMatchObject({ code: "TIMEOUT" })])
    await expect(backend.get(uniqueKey())).rejects.toMatchObject({ code: "CLOSED" })
  })
})

describe("a connection that breaks", () => {
  it("rejects pending calls if it is reset within a reply, and the next call reconnects", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address] })
    const key = uniqueKey()
    for (const [name, call] of Object.entries(everyCall(backend, key))) {
      await backend.set(key, bytes("1"), ttl)
      proxy.onReply = (chunk, client) => {
        client.write(chunk.subarray(0, 1), () => client.resetAndDestroy())
      }
      const calls = Array.from({ length: 3 }, call)
      for (const outcome of await Promise.allSettled(calls)) {
        expect(outcome, name).toMatchObject({ status: "rejected", reason: { code: "CONNECTION" } })
      }
      proxy.heal()
      await eventually(() => backend.ping())
    }
  })

  it("is replaced by the next call if it was idle", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address] })
    const key = uniqueKey()
    await backend.set(key, bytes("kept"), ttl)
    for (let restart = 0; restart < 3; restart += 1) {
      await proxy.close()
      await proxy.listen()
      expect(await eventually(() => backend.get(key))).toEqual(bytes("kept"))
    }
    expect(proxy.connections).toBe(4)
  })

  it.each([
    ["garbage", "\u0000\u0001\u0002 garbage\r\n"],
    ["a reply to another protocol", "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ["a line that does not end", "x".repeat(5000)],
    ["a value that is none", "VA 99999999999\r\n"],
    ["more replies than were asked for", "HD\r\nHD\r\nHD\r\nHD\r\nHD\r\n"],
  ])("is closed if the server sends %s, and the next call reconnects", async (_what, text) => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address] })
    const key = uniqueKey()
    await backend.set(key, bytes("kept"), ttl)
    proxy.onReply = (_chunk, client) => client.write(text, "latin1")
    await expect(backend.get(key)).rejects.toMatchObject({ code: "PROTOCOL" })
    proxy.heal()
    expect(await eventually(() => backend.get(key))).toEqual(bytes("kept"))
  })

  it("is closed after a reply without a request", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address] })
    const key = uniqueKey()
    await backend.set(key, bytes("kept"), ttl)
    proxy.onReply = (chunk, client) => client.write(Buffer.concat([chunk, bytes("VA 4\r\nevil\r\n")]))
    expect(await backend.get(key)).toEqual(bytes("kept"))
    proxy.heal()
    expect(await eventually(() => backend.get(key))).toEqual(bytes("kept"))
    expect(proxy.connections).toBe(2)
  })

  it("can receive replies byte by byte", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address] })
    const keys = [uniqueKey("a"), uniqueKey("b")]
    proxy.onReply = (chunk, client) => {
      for (const byte of chunk) client.write(Buffer.from([byte]))
    }
    await backend.setMany(
      keys.map((key) => ({ key, value: bytes(`value of ${key}\r\nEN\r\n`) })),
      ttl,
    )
    expect(await backend.getMany([...keys, uniqueKey("c")])).toEqual([
      ...keys.map((key) => bytes(`value of ${key}\r\nEN\r\n`)),
      undefined,
    ])
  })
})

describe("a server that is down", () => {
  it("rejects calls with the reason, and is used again when it is back", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address] })
    const key = uniqueKey()
    await backend.set(key, bytes("kept"), ttl)
    await proxy.close()
    const outage = eventually(() => backend.get(key).then(() => Promise.reject(new Error("answered")), reasonOf))
    expect(await outage).toMatchObject({ code: "CONNECTION", message: expect.stringContaining(proxy.address) })
    await proxy.listen()
    expect(await eventually(() => backend.get(key))).toEqual(bytes("kept"))
  })

  it("does not get a connection attempt for every call", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address] })
    proxy.onConnection = (client) => client.destroy()
    for (let call = 0; call < 100; call += 1) {
      await expect(backend.get(uniqueKey())).rejects.toMatchObject({ code: "CONNECTION" })
    }
    expect(proxy.connections).toBeLessThan(20)
    proxy.heal()
    await eventually(() => backend.ping())
  })

  it("fails calls for its own keys, which no other server takes over", async () => {
    const proxy = await openProxy(servers[1])
    const backend = openBackend({ servers: [servers[0] as string, proxy.address] })
    const keys = Array.from({ length: 40 }, (_, index) => uniqueKey(`${index}`))
    await backend.setMany(
      keys.map((key) => ({ key, value: bytes(key) })),
      ttl,
    )
    await proxy.close()
    const outcomes = await Promise.allSettled(keys.map((key) => backend.get(key)))
    const lost = keys.filter((_, index) => outcomes[index]?.status === "rejected")
    expect(lost.length).toBeGreaterThan(5)
    expect(lost.length).toBeLessThan(35)
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === "fulfilled") expect(outcome.value).toEqual(bytes(keys[index] as string))
    }
    await expect(backend.set(lost[0] as string, bytes("elsewhere"), ttl)).rejects.toMatchObject({ code: "CONNECTION" })
    await proxy.listen()
    expect(await eventually(() => backend.getMany(keys))).toEqual(keys.map((key) => bytes(key)))
  })

  it("gets one connection attempt for many first calls", async () => {
    const proxy = await openProxy()
    const backend = openBackend({ servers: [proxy.address] })
    const keys = Array.from({ length: 50 }, (_, index) => uniqueKey(`${index}`))
    await Promise.all(keys.map((key) => backend.set(key, bytes(key), ttl)))
    expect(await Promise.all(keys.map((key) => backend.get(key)))).toEqual(keys.map((key) => bytes(key)))
    expect(proxy.connections).toBe(1)
  })
})

describe("a server that does not support an operation", () => {
  async function openScripted(answer: (commands: string) => string): Promise<MemcachedBackend> {
    const server = await ScriptedServer.answering(answer)
    onTestFinished(() => server.close())
    return openBackend({ servers: [server.address] })
  }

  it("is reported as too old without meta commands", async () => {
    const backend = await openScripted(() => "ERROR\r\n")
    await expect(backend.get("key")).rejects.toThrow("before 1.6")
  })

  it("is reported for atomic changes if it runs without CAS", async () => {
    const backend = await openScripted(() => "VA 1 c0 t-1\r\n5\r\n")
    await expect(backend.incr("key", 1)).rejects.toMatchObject({ code: "NO_CAS" })
    await expect(backend.deleteIfEqual("key", bytes("5"))).rejects.toMatchObject({ code: "NO_CAS" })
    await expect(backend.replaceIfEqual("key", bytes("5"), bytes("6"))).rejects.toMatchObject({ code: "NO_CAS" })
  })

  it("rejects calls with its own message, and keeps its connection", async () => {
    const backend = await openScripted((commands) =>
      commands.startsWith("ms") ? "SERVER_ERROR out of memory storing object\r\n" : "EN\r\n",
    )
    const refusal = { code: "SERVER", message: expect.stringContaining("out of memory") }
    await expect(backend.set("one", bytes("1"))).rejects.toMatchObject(refusal)
    await expect(backend.add("two", bytes("2"))).rejects.toMatchObject(refusal)
    expect(await backend.get("one")).toBeUndefined()
  })

  it("rejects a change after too many conflicts", async () => {
    let token = 0
    const backend = await openScripted((commands) => {
      token += 1
      return commands.startsWith("mg") ? `VA 1 c${token} t-1\r\n5\r\n` : "EX\r\n"
    })
    await expect(backend.incr("key", 1)).rejects.toMatchObject({ code: "CONTENTION" })
    await expect(backend.deleteIfEqual("key", bytes("5"))).rejects.toMatchObject({ code: "CONTENTION" })
    await expect(backend.replaceIfEqual("key", bytes("5"), bytes("6"))).rejects.toMatchObject({ code: "CONTENTION" })
  })
})

function reasonOf(error: unknown): unknown {
  return error
}
