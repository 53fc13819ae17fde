import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parseAddress } from "../../src/engine/address.js"
import { initialAge } from "../../src/engine/age.js"
import { announcedBytes } from "../../src/engine/content-length.js"
import { viewCookies } from "../../src/engine/cookies.js"
import { fieldNames, splitList } from "../../src/engine/field-list.js"
import type { HeaderLines } from "../../src/engine/header-lines.js"
import { invalidationBy } from "../../src/engine/invalidation.js"
import { applyQueryPolicy } from "../../src/engine/query.js"
import { respond } from "../../src/engine/respond.js"
import { effectiveDirectives } from "../../src/engine/targeted-fields.js"
import { normalizeValue, parseVary } from "../../src/engine/vary.js"
import { policy, request, storedHead } from "./requests.js"

const now = Date.UTC(2026, 10, 25)
const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,8}$/)
const quoted = fc.stringMatching(/^"([^"\\\r\n]|\\.){0,8}"$/s)
/** Characters that a header can contain: Node decodes each byte to one. */
const latin = fc.string({ unit: fc.nat(255).map((byte) => String.fromCharCode(byte)) })
/** Any text, and text of the characters that fields use. */
const noise = fc.oneof(latin, fc.stringMatching(/^[a-z0-9 ,;="\\*/:?&@%.()\t-]{0,40}$/))

const separators = fc.array(fc.stringMatching(/^[ \t]*(,[ \t]*){1,3}$/), { minLength: 1 })

type Pairs = readonly (readonly [string, string])[]

/** The members as a client may send them, with white space and empty members. */
function written(members: readonly string[], between: readonly string[]): string {
  return members.map((member, index) => (index === 0 ? member : between[index % between.length] + member)).join("")
}

describe("a list", () => {
  it("has its members, whatever white space separates them", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(token, quoted)), separators, (members, between) => {
        expect(splitList(written(members, between))).toEqual(members)
      }),
    )
  })

  it("never has empty members, or white space around them", () => {
    fc.assert(
      fc.property(noise, (text) => {
        for (const member of splitList(text)) expect(member).toBe(member.trim())
        expect(splitList(text)).not.toContain("")
      }),
    )
  })
})

describe("Vary", () => {
  it("has each name once, across letter cases and lines", () => {
    const name = token.filter((text) => text !== "*")
    fc.assert(
      fc.property(fc.array(name), separators, fc.nat(4), (names, between, cut) => {
        const lines: HeaderLines = [
          ["Vary", written(names.slice(0, cut), between)],
          ["vary", written(names.slice(cut), between).toUpperCase()],
        ]
        expect(parseVary(lines)).toEqual([...new Set(names.map((one) => one.toLowerCase()))].sort())
      }),
    )
  })

  it("is rejected if it contains * or an invalid name", () => {
    const broken = fc.oneof(
      fc.constant("*"),
      quoted,
      fc.tuple(token, token).map((both) => both.join(" ")),
    )
    fc.assert(
      fc.property(fc.array(token), broken, fc.array(token), separators, (before, wrong, after, between) => {
        expect(parseVary([["Vary", written([...before, wrong, ...after], between)]])).toBeUndefined()
      }),
    )
  })

  it("on Accept-Encoding distinguishes accepted encodings, not spellings", () => {
    const weight = fc.constantFrom("", ";q=1", "; q=0.5", ";q=0.001")
    const accepted = fc.uniqueArray(fc.tuple(fc.constantFrom("gzip", "br", "zstd", "identity", "*"), weight), {
      selector: ([coding]) => coding,
      minLength: 1,
    })
    fc.assert(
      fc.property(accepted, accepted, separators, (some, others, between) => {
        const taken = (pairs: Pairs) =>
          pairs
            .map(([coding]) => coding)
            .sort()
            .join()
        const form = (pairs: Pairs) => {
          const codings = pairs.map((pair) => pair.join(""))
          return normalizeValue("accept-encoding", written(codings, between), false)
        }
        expect(form(some.toReversed())).toBe(form(some))
        expect(form(some) === form(others)).toBe(taken(some) === taken(others))
      }),
    )
  })

  it("on Accept-Language distinguishes languages and weights, not spellings", () => {
    const language = fc.tuple(fc.constantFrom("en", "de", "pt-br", "*"), fc.constantFrom("1", "0.5", "0.25", "0"))
    const accepted = fc.uniqueArray(language, { selector: ([tag]) => tag, minLength: 1 })
    fc.assert(
      fc.property(accepted, accepted, separators, (some, others, between) => {
        const form = (pairs: Pairs, upper = false) => {
          const value = written(
            pairs.map(([tag, weight]) => `${tag} ; q=${weight}`),
            between,
          )
          return normalizeValue("accept-language", upper ? value.toUpperCase() : value, true)
        }
        expect(form(some.toReversed())).toBe(form(some))
        expect(form(some, true)).toBe(form(some))
        expect(form(some) === form(others)).toBe([...some].sort().join() === [...others].sort().join())
      }),
    )
  })
})

describe("an age", () => {
  it("is a number of milliseconds from 0 to 68 years, whatever the head", () => {
    const date = fc.integer({ min: -1_000, max: 1_000 }).map((days) => new Date(now + days * 86_400_000).toUTCString())
    const line = fc.tuple(fc.constantFrom("Age", "Date", "age"), fc.oneof(noise, date, fc.nat().map(String)))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 3 }), fc.nat(10_000), (lines, delay) => {
        const age = initialAge(lines, { requestTime: now - delay, responseTime: now })
        expect(age).toBeGreaterThanOrEqual(0)
        expect(age).toBeLessThanOrEqual(2 ** 31 * 1_000)
      }),
    )
  })

  it("is at least the Age of an upstream cache", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.nat(10_000), (seconds, delay) => {
        const age = initialAge([["Age", String(seconds)]], { requestTime: now - delay, responseTime: now })
        expect(age).toBe(Math.min(2 ** 31 * 1_000, seconds * 1_000 + delay))
      }),
    )
  })
})

describe("a length", () => {
  it("is a number on which all lines and members agree", () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(9), fc.integer({ min: 1, max: 3 }), (bytes, other, times) => {
        const lines = (last: number): HeaderLines => [
          ["content-length", Array(times).fill(String(bytes)).join(", ")],
          ["Content-Length", String(last)],
        ]
        expect(announcedBytes(lines(bytes))).toBe(bytes)
        expect(announcedBytes(lines(other))).toBe(other === bytes ? bytes : null)
      }),
    )
  })
})

describe("cookies", () => {
  const name = fc.constantFrom("a", "b", "_ga", "session")
  const pair = fc.tuple(name, fc.stringMatching(/^[^;\s]{0,6}$/))
  const header = (pairs: readonly (readonly [string, string])[]) => pairs.map((both) => both.join("=")).join("; ")

  it("that are ignored or not listed are hidden", () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1 }), fc.uniqueArray(name), (pairs, names) => {
        const left = pairs.filter(([name]) => !names.includes(name))
        const ignoring = viewCookies(header(pairs), policy({ ignoreCookies: names }))
        expect(ignoring.personal).toBe(left.length > 0)
        const kept = pairs.filter(([name]) => names.includes(name))
        const listed = viewCookies(header(pairs), policy({ cookies: names }))
        expect(listed.seen).toBe(kept.length === 0 ? null : header(kept))
      }),
    )
  })

  it("are read from any text without throwing", () => {
    fc.assert(
      fc.property(noise, (text) => {
        for (const cookies of ["bypass", "strip", "ignore", ["a"]] as const) viewCookies(text, policy({ cookies }))
      }),
    )
  })
})

describe("a query", () => {
  const name = fc.constantFrom("a", "b", "utm_x", "utm_y", "UTM_x", "utm%5Fx", "")
  const parameter = fc.tuple(name, fc.option(fc.constantFrom("", "1", "2=3", "x;utm_x=1"), { nil: undefined }))

  it("keeps parameters in order, except ignored ones, which reach neither the handler nor the key", () => {
    fc.assert(
      fc.property(fc.array(parameter, { minLength: 1 }), (parameters) => {
        const texts = parameters.map(([key, value]) => (value === undefined ? key : `${key}=${value}`))
        const kept = texts.filter((text) => !text.startsWith("utm_"))
        const { seen, keyed } = applyQueryPolicy(`/p?${texts.join("&")}`, { ignore: [/^utm_/] })
        expect(seen).toBe(kept.length === 0 ? "/p" : `/p?${kept.join("&")}`)
        expect(keyed).toBe(seen)
      }),
    )
  })

  it("yields the same key for any order of differently named parameters", () => {
    const distinct = fc.uniqueArray(parameter, { selector: ([key]) => key, minLength: 1 })
    fc.assert(
      fc.property(distinct, fc.nat(6), (parameters, turn) => {
        const texts = parameters.map(([key, value]) => (value === undefined ? key : `${key}=${value}`))
        const turned = [...texts.slice(turn), ...texts.slice(0, turn)]
        const keyOf = (some: readonly string[]) => applyQueryPolicy(`/p?${some.join("&")}`, { sort: true }).keyed
        expect(keyOf(turned)).toBe(keyOf(texts))
      }),
    )
  })
})

it("reads targeted fields and addresses of any text without throwing", () => {
  fc.assert(
    fc.property(noise, (text) => {
      effectiveDirectives([["CDN-Cache-Control", text]], ["cdn-cache-control"])
      parseAddress(text)
      parseAddress(`http://${text}`)
      fieldNames(text)
    }),
  )
})

it("invalidates nothing on another host, whatever a response names", () => {
  const schemes = fc.constantFrom("http://", "https://", "//", "\\\\", "http:", "")
  const hosts = fc.constantFrom("evil.example", "example.com", "example.com:8080", "example.com@evil.example", "")
  const place = fc.tuple(schemes, hosts, fc.string()).map((parts) => parts.join(""))
  fc.assert(
    fc.property(fc.constantFrom("Location", "Content-Location"), place, (name, value) => {
      const { addresses } = invalidationBy(request({ method: "POST" }), 200, [[name, value]])
      for (const { authority } of addresses) expect(authority).toBe("example.com")
    }),
  )
})

it("answers any conditions and ranges with bytes of the page only", () => {
  const head = storedHead(now, {
    headers: [
      ["ETag", '"a"'],
      ["Last-Modified", new Date(now - 60_000).toUTCString()],
      ["Date", new Date(now).toUTCString()],
    ],
  })
  const body = new TextEncoder().encode("0123456789")
  const range = fc
    .tuple(fc.option(fc.nat(12)), fc.option(fc.nat(12)))
    .map(([from, to]) => `bytes=${from ?? ""}-${to ?? ""}`)
  const etag = fc.constantFrom('"a"', 'W/"a"', '"b"', "*")
  const headers = fc.record(
    {
      range: fc.oneof(range, noise),
      "if-range": fc.oneof(etag, noise),
      "if-none-match": fc.oneof(etag, noise),
      "if-modified-since": fc.oneof(fc.constant(new Date(now - 60_000).toUTCString()), noise),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(headers, fc.boolean(), (asked, isHead) => {
      const answer = respond(
        { head, body },
        { head: isHead, headers: request({ headers: asked }).headers },
        policy(),
        now,
      )
      const lines = Object.fromEntries(answer.headers)
      expect([200, 206, 304, 416]).toContain(answer.status)
      if (answer.status === 304 || isHead) expect(answer.body).toBeNull()
      else expect(lines["Content-Length"]).toBe(String(answer.body?.byteLength))
      if (answer.status === 206) {
        const [, start, last] = /^bytes (\d+)-(\d+)\/10$/.exec(lines["Content-Range"] ?? "") ?? []
        const part = Buffer.from(body).subarray(Number(start), Number(last) + 1)
        expect(part.byteLength).toBeGreaterThan(0)
        expect(Buffer.from(answer.body ?? [])).toEqual(part)
      }
    }),
    { numRuns: 500 },
  )
})
