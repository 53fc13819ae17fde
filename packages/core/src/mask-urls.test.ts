import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { maskUrl, maskUrls } from "./mask-urls.js"

const scheme = fc.constantFrom("redis:", "rediss:", "memcached:", "postgres:", "MySQL:", "x.y+z-1:")
const user = fc.stringMatching(/^[a-z.-]{0,8}$/)
const rest = fc.constantFrom("host", "host:6379/1", "[::1]:6379", "a:1,b:2/0?sentinel=master", "/run/redis.sock")
const parameter = fc.constantFrom("password", "sslpassword", "passwd", "PWD", "client_secret", "token")

describe("maskUrl", () => {
  it.each([
    ["redis://host:6379/1", "redis://host:6379/1"],
    ["redis://ada:secret@host/1", "redis://***@host/1"],
    ["redis://ada:se\ncret@host", "redis://***@host"],
    ["redis://ada:se/cret@host", "redis://***@host"],
    ["nosuch://host?token=secret", "nosuch://host?token=***"],
    ["sqlite:./a@b.db?table=pages", "sqlite:./a@b.db?table=pages"],
    ["file:///srv/node_modules/@scope/cache", "file:///srv/node_modules/@scope/cache"],
    ["file://ada:secret@host/a@b", "file://***@host/a@b"],
  ])("%j becomes %j", (url, masked) => {
    expect(maskUrl(url)).toBe(masked)
  })

  it("replaces any user and any password, also in a malformed URL, and nothing else", () => {
    fc.assert(
      fc.property(
        scheme,
        fc.constantFrom("//", ""),
        user,
        fc.string(),
        rest,
        (scheme, slashes, user, password, rest) => {
          expect(maskUrl(`${scheme}${slashes}${user}:${password}@${rest}`)).toBe(`${scheme}${slashes}***@${rest}`)
          expect(maskUrl(`${scheme}${slashes}${rest}`)).toBe(`${scheme}${slashes}${rest}`)
        },
      ),
    )
  })

  it("replaces any value of a parameter that is named like a password", () => {
    const value = fc.string({ minLength: 1 }).filter((text) => !/[&@]/.test(text))
    fc.assert(
      fc.property(scheme, parameter, value, (scheme, name, value) => {
        const url = (shown: string): string => `${scheme}//host/db?table=t&${name}=${shown}&connectTimeout=1`
        expect(maskUrl(url(value))).toBe(url("***"))
      }),
    )
  })
})

describe("maskUrls", () => {
  it.each([
    ["connect to redis://ada:secret@db:6379/1 failed", "connect to redis://***@db:6379/1 failed"],
    ["Invalid URL 'rediss://:p@ss/word@db'", "Invalid URL 'rediss://***@db'"],
    ["postgres://a:b@one, mysql://c:d@two.", "postgres://***@one, mysql://***@two."],
    ["no (postgres://host/db?sslpassword=secret)", "no (postgres://host/db?sslpassword=***)"],
    ["no module 'file:///srv/node_modules/@scope/cache'", "no module 'file:///srv/node_modules/@scope/cache'"],
    ["connect ECONNREFUSED 127.0.0.1:6379", "connect ECONNREFUSED 127.0.0.1:6379"],
    ["see https://example.com/help", "see https://example.com/help"],
    ["mail to ada@example.com", "mail to ada@example.com"],
    ['get of "user:ada@host" failed', 'get of "user:ada@host" failed'],
  ])("%j becomes %j", (text, masked) => {
    expect(maskUrls(text)).toBe(masked)
  })

  it("masks each URL in a text, up to white space", () => {
    const password = fc.string().filter((text) => !/\s/.test(text))
    const url = fc.tuple(scheme, user, password, rest)
    fc.assert(
      fc.property(fc.array(url, { maxLength: 4 }), fc.constantFrom("'", '"', ""), (urls, quote) => {
        const textOf = (text: (url: (typeof urls)[number]) => string): string =>
          urls.map((url) => `at ${quote}${text(url)}${quote}, `).join("")
        const text = textOf(([scheme, user, password, rest]) => `${scheme}//${user}:${password}@${rest}`)
        expect(maskUrls(text)).toBe(textOf(([scheme, , , rest]) => `${scheme}//***@${rest}`))
      }),
    )
  })
})
