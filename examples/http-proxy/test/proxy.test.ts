import { connect } from "node:net"
import { describe, expect, it } from "vitest"
import { type Origin, proxies, respond } from "./proxied-origin.js"

const { clock, proxyTo } = proxies()

describe("interim responses of the origin", () => {
  const interim = [
    "HTTP/1.1 102 Processing\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nLink: </b.js>; rel=preload\r\nX-Hint: 1\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\nX-Hint: no link\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\n",
    "HTTP/1.1 104 Upload Resumption Supported\r\nUpload-Draft-Interop-Version: 6\r\n\r\n",
  ]
  const origin: Origin = (socket, run) => {
    socket.write(interim.join(""))
    respond(socket, ["Cache-Control: max-age=60"], `run ${run}`)
  }

  it("go to the client in their order, and are no part of what is stored (RFC 9110, 15.2)", async () => {
    const { get } = await proxyTo(origin)
    const first = await get()
    expect(first.interim).toEqual([
      [102, {}],
      [103, { link: "</a.css>; rel=preload, </b.js>; rel=preload", "x-hint": "1" }],
      [103, { "x-hint": "no link" }],
      [104, { "upload-draft-interop-version": "6" }],
    ])
    expect([first.status, first.text, first.headers["x-hint"]]).toEqual([200, "run 1", undefined])
    const second = await get()
    expect([second.interim, second.text]).toEqual([[], "run 1"])
    for (const { headers } of [first, second]) {
      expect([headers.link, headers["x-hint"], headers["upload-draft-interop-version"]]).toEqual(
        Array(3).fill(undefined),
      )
    }
  })

  it("do not go to a client of HTTP/1.0", async () => {
    const { port } = await proxyTo(origin)
    const client = connect(port, "127.0.0.1")
    client.write("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
    let received = ""
    for await (const chunk of client) received += chunk
    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(received).not.toContain("Early Hints")
  })
})

describe("an origin that closes early", () => {
  /** Answers once with these fields, and then never again. */
  const dying =
    (...fields: string[]): Origin =>
    (socket, run) =>
      run === 1 ? respond(socket, fields, "good") : socket.destroy()

  it("before its head is a 504, and nothing is stored of it", async () => {
    const { get } = await proxyTo((socket, run) =>
      run === 1 ? socket.destroy() : respond(socket, ["Cache-Control: max-age=60"], "good"),
    )
    const first = await get()
    expect([first.status, first.text]).toEqual([504, ""])
    const second = await get()
    expect([second.status, second.text]).toEqual([200, "good"])
  })

  it.each([
    "max-age=2",
    "max-age=2, must-revalidate, stale-if-error=60",
    "max-age=2, proxy-revalidate, stale-if-error=60",
    "max-age=60, no-cache, stale-if-error=60",
    "s-maxage=2",
  ])("has no stale page stand in for it that says %s (RFC 9111, 4.2.4)", async (directives) => {
    const { get } = await proxyTo(dying(`Cache-Control: ${directives}`, 'ETag: "a"'))
    expect((await get()).text).toBe("good")
    clock.now += 3_000
    expect((await get()).status).toBe(504)
  })

  it("has one stand in that may, for the time that it says (RFC 5861, 4)", async () => {
    const { get } = await proxyTo(dying("Cache-Control: max-age=2, stale-if-error=60"))
    await get()
    clock.now += 61_000
    const stale = await get()
    expect([stale.status, stale.text, stale.headers.age]).toEqual([200, "good", "61"])
    expect(stale.headers["cache-status"]).toBe("Larder; fwd=stale")
    clock.now += 1_000
    expect((await get()).status).toBe(504)
  })

  it("in the middle of a body breaks off the client's, and nothing is stored of it (RFC 9111, 3.3)", async () => {
    for (const framing of ["Content-Length: 8", "Transfer-Encoding: chunked"]) {
      const { get } = await proxyTo((socket, run) => {
        if (run > 1) return respond(socket, ["Cache-Control: max-age=60"], "whole")
        const begun = framing.startsWith("T") ? "4\r\nhalf\r\n" : "half"
        socket.write(`HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n${framing}\r\n\r\n${begun}`, () =>
          socket.destroy(),
        )
      })
      await expect(get()).rejects.toThrow()
      expect((await get()).text).toBe("whole")
    }
  })

  it("is no longer read once its client has left and its body is too long to store", async () => {
    let closed = false
    const { port } = await proxyTo(
      (socket) => {
        const more = setInterval(() => socket.write("a\r\nten bytes!\r\n"), 1)
        socket.once("close", () => {
          clearInterval(more)
          closed = true
        })
        socket.write("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n")
      },
      { limits: { bodyBytes: 200 } },
    )
    const client = connect(port, "127.0.0.1")
    client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    client.once("data", () => client.destroy())
    await expect.poll(() => closed).toBe(true)
  })

  it("while a stale page is renewed leaves the page as it was (RFC 5861, 3)", async () => {
    const { get, heads, pages } = await proxyTo(
      dying("Cache-Control: max-age=2, stale-while-revalidate=10", 'ETag: "a"'),
    )
    await get()
    clock.now += 3_000
    expect((await get()).text).toBe("good")
    await pages.settled()
    expect(heads[1]).toMatch(/if-none-match: "a"\r\nVia: 1\.1 larder\r\n/i)
    expect((await get()).text).toBe("good")
    clock.now += 10_000
    expect((await get()).status).toBe(504)
  })
})

describe("a 304 about another response than the stale one", () => {
  /** Confirms `"b"` to whoever asks about another one. */
  const confused: Origin = (socket, run, head) =>
    /if-none-match/i.test(head)
      ? respond(socket, ['ETag: "b"', "Cache-Control: max-age=60"], "", "304 Not Modified")
      : respond(socket, ["Cache-Control: max-age=2, stale-while-revalidate=10", 'ETag: "a"'], `run ${run}`)

  it("has the origin asked again without conditions (RFC 9111, 4.3.4)", async () => {
    const { get, heads } = await proxyTo(confused)
    await get()
    clock.now += 20_000
    expect((await get()).text).toBe("run 3")
    expect(heads.map((head) => /if-none-match/i.test(head))).toEqual([false, true, false])
    expect((await get()).text).toBe("run 3")
  })

  it("also while the stale one is renewed", async () => {
    const { get, heads, pages } = await proxyTo(confused)
    await get()
    clock.now += 3_000
    expect((await get()).text).toBe("run 1")
    await pages.settled()
    expect((await get()).text).toBe("run 3")
    expect(heads).toHaveLength(3)
  })
})

describe("a field for caches like this one (RFC 9213)", () => {
  const expires = `Expires: ${new Date(Date.UTC(2026, 10, 26)).toUTCString()}`

  it.each<[string, string[], boolean]>([
    ["allows what Cache-Control forbids", ["CDN-Cache-Control: max-age=60", "Cache-Control: no-store"], true],
    ["forbids what Cache-Control allows", ["CDN-Cache-Control: no-store", "Cache-Control: max-age=60"], false],
    ["is as private as it says", ["CDN-Cache-Control: private", "Cache-Control: max-age=60", expires], false],
    ["shortens a lifetime", ["CDN-Cache-Control: max-age=5", "Cache-Control: max-age=60"], false],
    ["lengthens a lifetime", ["CDN-Cache-Control: max-age=60", "Cache-Control: max-age=5"], true],
    ["outranks Expires", ["CDN-Cache-Control: max-age=0", expires], false],
    ["outranks an Expires that has passed", ["CDN-Cache-Control: max-age=60", "Expires: 0"], true],
    ["counts with the Age of the response", ["CDN-Cache-Control: max-age=60", "Age: 55"], false],
    ["may have directives that nobody knows", ["CDN-Cache-Control: x-new, max-age=60"], true],
    ["may ask for more than there is time", ["CDN-Cache-Control: max-age=999999999999"], true],
    [
      "counts for nothing when it cannot be read",
      ["CDN-Cache-Control: max-age=60, &", "Cache-Control: no-store"],
      false,
    ],
    ["leaves out a value of the wrong type", ['CDN-Cache-Control: max-age="60"', "Cache-Control: no-store"], false],
    [
      "gives way to one for this cache alone",
      ["Larder-Cache-Control: no-store", "CDN-Cache-Control: max-age=60"],
      false,
    ],
  ])("%s", async (_, fields, reused) => {
    const { get, heads } = await proxyTo((socket, run) =>
      respond(socket, [`Date: ${new Date(clock.now).toUTCString()}`, ...fields], `run ${run}`),
    )
    await get()
    clock.now += 10_000
    expect((await get()).text).toBe(reused ? "run 1" : "run 2")
    expect(heads).toHaveLength(reused ? 1 : 2)
  })

  it("has the page asked for each time when it says no-cache", async () => {
    const { get, heads } = await proxyTo((socket, run, head) =>
      /if-none-match: "a"/i.test(head)
        ? respond(socket, ['ETag: "a"', "CDN-Cache-Control: no-cache"], "", "304 Not Modified")
        : respond(socket, ['ETag: "a"', "CDN-Cache-Control: no-cache", "Cache-Control: max-age=60"], `run ${run}`),
    )
    for (const asked of [1, 2, 3]) {
      expect((await get()).text).toBe("run 1")
      expect(heads).toHaveLength(asked)
    }
  })

  it("goes on to those behind this cache, with Age and the rest as they are; the one for this cache alone does not", async () => {
    const { get } = await proxyTo((socket) =>
      respond(
        socket,
        [
          `Date: ${new Date(clock.now).toUTCString()}`,
          "CDN-Cache-Control: max-age=60",
          "Cache-Control: max-age=1",
          "Larder-Cache-Control: max-age=60",
          expires,
        ],
        "page",
      ),
    )
    await get()
    clock.now += 10_000
    const { headers } = await get()
    expect(headers).toMatchObject({
      "cdn-cache-control": "max-age=60",
      "cache-control": "max-age=1",
      age: "10",
      date: new Date(clock.now - 10_000).toUTCString(),
      expires: expires.slice("Expires: ".length),
    })
    expect(headers).not.toHaveProperty("larder-cache-control")
  })
})
