import { once } from "node:events"
import { connect } from "node:net"
import { describe, expect, it } from "vitest"
import { type Origin, proxies, respond } from "./proxied-origin.js"

const { clock, proxyTo } = proxies()
const fresh = "Cache-Control: max-age=60"
const page: Origin = (socket, run) => respond(socket, [fresh], `run ${run}`)

describe("a request on its way to the origin", () => {
  it("is for the page that the origin is asked for, whatever Connection keeps from it (RFC 9110, 7.6.1)", async () => {
    const { get, raw } = await proxyTo((socket, _run, asked) =>
      respond(socket, [fresh, "Vary: Accept-Language"], /accept-language: (.*)/i.exec(asked)?.[1] ?? "none"),
    )
    await raw("GET / HTTP/1.1", "Host: a", "Accept-Language: de", "Connection: close, accept-language", "", "")
    expect((await get({ Host: "a", "Accept-Language": "de" })).text).toBe("de")
    expect((await get({ Host: "a" })).headers["cache-status"]).toContain("hit")
  })

  it("keeps its Host, whatever Connection says, and says who passed it on (RFC 9110, 7.6.3)", async () => {
    const { raw, heads } = await proxyTo(page)
    await raw("GET / HTTP/1.1", "Host: a", "Via: 1.0 before", "Connection: close, host", "TE: trailers", "", "")
    expect(heads[0]).toMatch(
      /^GET \/ HTTP\/1\.1\r\nHost: a\r\nVia: 1\.0 before\r\nVia: 1\.1 larder\r\nConnection: close/,
    )
  })

  it("is for the host that its URL names, and not for that beside it (RFC 9112, 3.2.2)", async () => {
    const { get, raw, heads } = await proxyTo((socket, run, asked) =>
      respond(socket, [fresh], `${/host: (.*)/i.exec(asked)?.[1]} ${run}`),
    )
    await raw("GET http://B/x HTTP/1.1", "Host: a", "Connection: close", "", "")
    expect(heads[0]).toMatch(/^GET \/x HTTP\/1\.1\r\nHost: b\r\n/)
    expect((await get({ Host: "b" }, "/x")).text).toBe("b 1")
    expect((await get({ Host: "a" }, "/x")).text).toBe("a 2")
    await raw("POST http://b/x HTTP/1.1", "Host: a", "Content-Length: 0", "Connection: close", "", "")
    expect((await get({ Host: "b" }, "/x")).text).toBe("b 4")
    expect((await get({ Host: "a" }, "/x")).text).toBe("a 2")
  })

  it("is rejected if it names several hosts (RFC 9112, 3.2)", async () => {
    const { raw, heads } = await proxyTo(page)
    const answer = await raw("GET / HTTP/1.1", "Host: a", "host: evil", "", "")
    expect([answer.split("\r\n")[0], heads.length]).toEqual(["HTTP/1.1 400 Bad Request", 0])
  })

  it.each(["GET", "DELETE", "POST"])("with %s and a body in chunks is one request, not two", async (method) => {
    const { raw, heads, get } = await proxyTo(page)
    const smuggled = "GET /evil HTTP/1.1\r\n\r\n"
    const chunks = [smuggled.length.toString(16), smuggled, "0", "", ""]
    await raw(`${method} / HTTP/1.1`, "Host: a", "Transfer-Encoding: chunked", "Connection: close", "", ...chunks)
    expect(heads).toHaveLength(1)
    expect(heads[0]).toMatch(/\r\nTransfer-Encoding: chunked\r\n/)
    expect(heads[0]?.endsWith(chunks.join("\r\n"))).toBe(true)
    expect((await get({ Host: "a" })).text).toBe("run 2")
  })
})

describe("a response on its way to the client", () => {
  it("ends where its transfer coding does, whatever length stands beside it (RFC 9112, 6.3)", async () => {
    const { get } = await proxyTo((socket) =>
      socket.end(
        `HTTP/1.1 200 OK\r\n${fresh}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n` +
          "a\r\n0123456789\r\n0\r\n\r\n",
      ),
    )
    expect((await get()).text).toBe("0123456789")
    const second = await get()
    expect([second.text, second.headers["content-length"]]).toEqual(["0123456789", "10"])
    expect(second.headers["cache-status"]).toContain("hit")
  })

  it("is not stored when it is private, whatever Connection keeps from the client (RFC 9110, 7.6.1)", async () => {
    const { get } = await proxyTo((socket, run) =>
      respond(
        socket,
        [
          "Cache-Control: private",
          "Last-Modified: Mon, 01 Jan 2001 00:00:00 GMT",
          "Connection: cache-control, x-hop",
          "X-Hop: 1",
        ],
        `run ${run}`,
      ),
    )
    const first = await get()
    expect([first.headers["cache-control"], first.headers["x-hop"]]).toEqual(["private", undefined])
    expect((await get()).text).toBe("run 2")
  })

  it("has a Date, also one that is not stored (RFC 9110, 6.6.1)", async () => {
    const { ask } = await proxyTo((socket) => respond(socket, [], "done"))
    expect(Date.parse(String((await ask("POST", "/")).headers.date))).not.toBeNaN()
  })

  it.each([
    ["a NUL in a field", "HTTP/1.1 200 OK\r\nX-A: a\0b", 200],
    ["a control character in its reason", "HTTP/1.1 200 O\x01K\r\nX-A: a b", 200],
    ["a bare CR in a field", "HTTP/1.1 200 OK\r\nX-A: a\rSet-Cookie: b=c", 502],
    ["a status that is none", "HTTP/1.1 099 Odd\r\nX-A: a b", 502],
    ["a change of protocols that nobody asked for", "HTTP/1.1 101 Odd\r\nUpgrade: x\r\nConnection: upgrade", 502],
    ["a transfer coding that nobody asked for", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked", 502],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2", 502],
    ["a space before a colon", "HTTP/1.1 200 OK\r\nCache-Control : private", 502],
    ["no status", "hello", 502],
  ])("with %s is sent on in a form that can be, or is a 502", async (_, head, status) => {
    const { get } = await proxyTo((socket, run) =>
      run === 1 ? socket.end(`${head}\r\n${fresh}\r\nContent-Length: 1\r\n\r\nx`, "latin1") : page(socket, run, ""),
    )
    const first = await get()
    expect([first.status, first.headers["x-a"]]).toEqual([status, status === 200 ? "a b" : undefined])
    // And the proxy lives on.
    expect((await get()).text).toBe(status === 200 ? "x" : "run 2")
  })

  it("leaves the proxy when its client has left, which says nothing of the origin", async () => {
    const { get, port, heads } = await proxyTo(
      (socket, run) => {
        if (run !== 2) page(socket, run, "")
      },
      { staleIfError: 3_600 },
    )
    await get({ Host: "a" })
    clock.now += 61_000
    const leaver = connect(port, "127.0.0.1")
    leaver.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    await expect.poll(() => heads.length).toBe(2)
    const patient = get({ Host: "a" })
    leaver.destroy()
    await once(leaver, "close")
    // Not the stale page, which is for an origin that fails.
    expect((await patient).text).toBe("run 3")
  })
})
