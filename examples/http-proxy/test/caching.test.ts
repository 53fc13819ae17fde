import { describe, expect, it } from "vitest"
import { proxies, respond } from "./proxied-origin.js"

const { clock, proxyTo } = proxies()
const fresh = "Cache-Control: max-age=60"

describe("a write that succeeds (RFC 9111, 4.4)", () => {
  it.each([
    ["POST", "Location: /b", true],
    ["PUT", "Content-Location: /b", true],
    ["DELETE", "Location: http://a/b", true],
    ["M-SEARCH", "Location: http://A:80/b", true],
    ["POST", "Location: http://z/b", false],
    ["POST", "Location: //z/b", false],
    ["POST", "Location: /c", false],
    ["OPTIONS", "Location: /b", false],
  ])("%s with %s makes that page go: %s", async (method, field, gone) => {
    const { get, ask, pages } = await proxyTo((socket, run, asked) =>
      asked.startsWith("GET") ? respond(socket, [fresh], `run ${run}`) : respond(socket, [field], "done"),
    )
    await get({ Host: "a" }, "/b")
    await get({ Host: "z" }, "/b")
    await ask(method, "/w", { Host: "a" })
    await pages.settled()
    expect((await get({ Host: "a" }, "/b")).text).toBe(gone ? "run 4" : "run 1")
    expect((await get({ Host: "z" }, "/b")).text).toBe("run 2")
  })

  it("makes all variants of its own page go, and one that fails makes none", async () => {
    let status = "500 Broken"
    const { get, ask, pages } = await proxyTo((socket, run, asked) =>
      asked.startsWith("GET") ? respond(socket, [fresh, "Vary: Foo"], `run ${run}`) : respond(socket, [], "", status),
    )
    const both = async () => [(await get({ Host: "a", Foo: "1" })).text, (await get({ Host: "a", Foo: "2" })).text]
    expect(await both()).toEqual(["run 1", "run 2"])
    for (const texts of [
      ["run 1", "run 2"],
      ["run 5", "run 6"],
    ]) {
      await ask("PUT", "/", { Host: "a" })
      await pages.settled()
      expect(await both()).toEqual(texts)
      status = "303 Elsewhere"
    }
  })
})

describe("a 304 (RFC 9111, 4.3.4)", () => {
  it("updates what it has of the stored head, but for what describes the stored bytes", async () => {
    const { get, heads } = await proxyTo((socket, _run, asked) => {
      if (!/if-none-match/i.test(asked)) {
        const stored = ["X-A: 1", "X-B: 1", "Content-Type: text/plain", "Set-Cookie: a=1"]
        return respond(socket, ['ETag: "a"', "Cache-Control: max-age=2", ...stored], "body")
      }
      const update = ["X-A: 2", "Content-Type: text/x", "Content-Encoding: br", "Set-Cookie: a=2", "Connection: x-hop"]
      return socket.end(
        `HTTP/1.1 304 Same\r\n${['ETag: "a"', fresh, ...update, "X-Hop: 1", "Age: 5", "", ""].join("\r\n")}`,
      )
    })
    await get()
    clock.now += 5_000
    for (const status of ["Larder; fwd=stale; fwd-status=304; ttl=55", "Larder; hit; ttl=55"]) {
      const { headers, text } = await get()
      expect([text, headers["cache-status"]]).toEqual(["body", status])
      expect(headers).toMatchObject({
        "x-a": "2",
        "x-b": "1",
        "content-type": "text/x",
        "content-length": "4",
        "set-cookie": ["a=2"],
        "cache-control": "max-age=60",
        age: "5",
      })
      expect(headers).not.toHaveProperty("content-encoding")
      expect(headers).not.toHaveProperty("x-hop")
    }
    expect(heads).toHaveLength(2)
  })

  it("is for the client only where the client's own condition holds", async () => {
    const { get, heads } = await proxyTo((socket, run, asked) =>
      /if-none-match: "a"/i.test(asked)
        ? socket.end('HTTP/1.1 304 Same\r\nConnection: close\r\nETag: "a"\r\n\r\n')
        : respond(socket, ['ETag: "a"', "Cache-Control: max-age=2"], `run ${run}`),
    )
    await get()
    clock.now += 5_000
    expect((await get({ "If-None-Match": '"a"' })).status).toBe(304)
    clock.now += 5_000
    const other = await get({ "If-None-Match": '"z"' })
    expect([other.status, other.text]).toEqual([200, "run 1"])
    expect(heads.at(-1)).not.toContain('"z"')
  })
})

describe("parts", () => {
  it("are not stored as the whole, and are served from it", async () => {
    const { get, heads } = await proxyTo((socket, _run, asked) =>
      /^range: bytes=0-1/im.test(asked)
        ? respond(socket, [fresh, "Content-Range: bytes 0-1/10", 'ETag: "a"'], "01", "206 Part")
        : respond(socket, [fresh, 'ETag: "a"'], "0123456789"),
    )
    const range = { Range: "bytes=0-1" }
    for (const times of [1, 2]) {
      expect((await get(range)).status).toBe(206)
      expect(heads).toHaveLength(times)
    }
    expect((await get()).text).toBe("0123456789")
    const asked = async (headers: Record<string, string>) => {
      const { status, text } = await get(headers)
      return [status, text]
    }
    expect(await asked(range)).toEqual([206, "01"])
    expect(await asked({ Range: "bytes=-2" })).toEqual([206, "89"])
    expect(await asked({ Range: "bytes=10-" })).toEqual([416, ""])
    expect(await asked({ Range: "bytes=0-1, 3-4" })).toEqual([200, "0123456789"])
    expect(await asked({ ...range, "If-Range": '"b"' })).toEqual([200, "0123456789"])
    expect(await asked({ ...range, "If-None-Match": '"a"' })).toEqual([304, ""])
    expect(heads).toHaveLength(3)
  })
})

describe("a stored response", () => {
  it.each([
    ['no-cache="x-a"', undefined, "1"],
    ["no-cache=x-a", undefined, "1"],
    ['private="x-a, X-B"', undefined, undefined],
    ['extension="no-store, x-a"', "1", "1"],
  ])("that says %s lacks the fields that it names (RFC 9111, 5.2.2.4 and 5.2.2.7)", async (directive, a, b) => {
    const { get, heads } = await proxyTo((socket) =>
      respond(socket, [`${fresh}, ${directive}`, "X-A: 1", "X-B: 1"], "page"),
    )
    const first = await get()
    expect([first.headers["x-a"], first.headers["x-b"]]).toEqual(["1", "1"])
    const second = await get()
    expect([second.headers["x-a"], second.headers["x-b"], heads.length]).toEqual([a, b, 1])
  })

  it.each([
    ["Vary: *", {}, {}, false],
    ["Vary: Foo, *", {}, {}, false],
    ["Vary: foo", { Foo: "1" }, { FOO: "1" }, true],
    ["Vary: Foo", { Foo: "1,2" }, { Foo: "1,  2" }, true],
    ["Vary: Foo", { Foo: "" }, {}, false],
    ["Vary: ,", {}, { Foo: "1" }, true],
    ["Vary: Accept-Encoding", { "Accept-Encoding": "gzip, br" }, { "Accept-Encoding": "BR;q=0.5,gzip" }, true],
    ["Vary: Accept-Encoding", { "Accept-Encoding": "gzip" }, { "Accept-Encoding": "gzip;q=0" }, false],
    ["Vary: Accept-Language", { "Accept-Language": "en, de" }, { "Accept-Language": "de,EN;q=1.0" }, true],
  ])("with %s for %j answers %j: %s (RFC 9111, 4.1)", async (field, stored, asked, reused) => {
    const { get } = await proxyTo((socket, run) => respond(socket, [fresh, field], `run ${run}`))
    await get({ Host: "a", ...stored })
    expect((await get({ Host: "a", ...asked })).text).toBe(reused ? "run 1" : "run 2")
  })

  it("is of any final status but 206 and 304 that says how long it is fresh (RFC 9111, 3)", async () => {
    for (const status of [200, 204, 299, 302, 307, 404, 412, 416, 418, 451, 500, 503, 599, 206, 304]) {
      const { get, heads } = await proxyTo((socket) => respond(socket, [fresh], "", `${status} Some`))
      await get()
      expect([status, (await get()).status, heads.length]).toEqual([
        status,
        status,
        [206, 304].includes(status) ? 2 : 1,
      ])
    }
  })
})
