import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Capabilities } from "./backend.js"
import { ConfigurationError, InvalidKeyError } from "./errors.js"
import { defaultKeyFunction, hashedKeyFunction, type KeyFunction, Keys } from "./keys.js"

const unlimited: Capabilities = { shared: true, persistent: true, evicts: false, ttlResolution: 1 }
const memcached: Capabilities = { ...unlimited, maxKeyBytes: 250, portableKeysOnly: true }

function keysWith(capabilities = unlimited, keyFunction: KeyFunction = defaultKeyFunction, keyPrefix = "app") {
  const warnings: string[] = []
  return { keys: new Keys({ keyPrefix, keyFunction }, capabilities, (message) => warnings.push(message)), warnings }
}

describe("Keys", () => {
  it("makes prefix:version:key", () => {
    expect(keysWith().keys.final("user:42", 3)).toBe("app:3:user:42")
    expect(keysWith(unlimited, defaultKeyFunction, "").keys.final("k", 1)).toBe(":1:k")
  })

  it("answers the same for a key that is asked for again, of another version too", () => {
    const { keys } = keysWith()
    for (let round = 0; round < 40; round++) {
      expect(keys.final("k", 1)).toBe("app:1:k")
      expect(keys.final("k", 2)).toBe("app:2:k")
    }
  })

  it("never lets two different keys, versions or prefixes meet", () => {
    const prefix = fc.stringMatching(/^[a-z]{0,3}$/)
    const argument = fc.tuple(fc.stringMatching(/^[a:1]{1,5}$/), prefix, fc.integer({ min: -2, max: 12 }))
    fc.assert(
      fc.property(argument, argument, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other)
        return same === (defaultKeyFunction(...one) === defaultKeyFunction(...other))
      }),
    )
  })

  it("refuses a prefix whose keys could begin like another cache's", () => {
    for (const keyPrefix of ["a:b", ":", "a b", "a\n", 5 as unknown as string]) {
      expect(() => keysWith(unlimited, defaultKeyFunction, keyPrefix)).toThrow(ConfigurationError)
    }
  })

  it("refuses an empty key, and one that is no string, saying what came", () => {
    const { keys } = keysWith()
    expect(() => keys.final("", 1)).toThrow(InvalidKeyError)
    expect(() => keys.final(5 as unknown as string, 1)).toThrow(new TypeError("A key is a string; got 5"))
    expect(() => keysWith(unlimited, () => "").keys.final("k", 1)).toThrow(/returned an empty key for "k"/)
  })

  it("refuses half of a surrogate pair, because all of them are the same bytes", () => {
    expect(() => keysWith().keys.final("\ud800", 1)).toThrow(/contains a lone surrogate/)
    expect(() => keysWith(unlimited, hashedKeyFunction).keys.final("\ud800", 1)).toThrow(/contains a lone surrogate/)
    expect(() => keysWith().keys.final("😀", 1)).not.toThrow()
  })

  it("counts the limit in bytes of UTF-8, after the key function", () => {
    const { keys } = keysWith(memcached)
    const head = "app:1:".length
    expect(keys.final("é".repeat((250 - head) / 2), 1)).toHaveLength(head + 122)
    expect(() => keys.final("é".repeat((250 - head) / 2 + 1), 1)).toThrow(/252 bytes, the backend takes at most 250/)
    expect(() => keys.final("a".repeat(250 - head + 1), 1)).toThrow(InvalidKeyError)
    expect(keys.final("a".repeat(250 - head), 1)).toHaveLength(250)
  })

  it.each([" ", "\n", "\r\n", "\0", "\x7f", "\t"])(
    "refuses %j where the backend holds portable keys only",
    (character) => {
      expect(() => keysWith(memcached).keys.final(`a${character}b`, 1)).toThrow(/contains a space or control character/)
    },
  )

  it("warns once a cache of a key that only Memcached could not hold, and takes it", () => {
    const { keys, warnings } = keysWith()
    expect(keys.final("key with spaces and 清", 1)).toBe("app:1:key with spaces and 清")
    expect(keys.final("a".repeat(300), 1)).toHaveLength(306)
    expect(warnings).toEqual([
      'The key "app:1:key with spaces and 清" contains a space or control character: Memcached could not hold it (reported once per cache)',
    ])
  })

  it("does not warn of a long key of many bytes that still fits, nor of Unicode", () => {
    const { keys, warnings } = keysWith()
    keys.final("清".repeat(81), 1)
    expect(warnings).toEqual([])
    keys.final("清".repeat(82), 1)
    expect(warnings).toHaveLength(1)
  })

  it("knows what its final keys begin with only as far as the key function lets it", () => {
    expect(keysWith().keys.prefix).toBe("app:")
    expect(keysWith().keys.versionPrefix(2)).toBe("app:2:")
    expect(keysWith(unlimited, hashedKeyFunction).keys.prefix).toBe("app:")
    expect(keysWith(unlimited, hashedKeyFunction).keys.versionPrefix(2)).toBeUndefined()
    expect(keysWith(unlimited, (key) => key).keys.prefix).toBeUndefined()
  })
})

describe("reserved keys", () => {
  it("are told from those of people, and from another cache's", () => {
    const { keys } = keysWith()
    for (const kind of ["n", "t", "g", "l", "f"]) expect(keys.isReserved(keys.reserved(kind, ["a"])), kind).toBe(true)
    for (const key of ["g", "~:g", ":~:g", "a:~:g"]) expect(keys.isReserved(keys.final(key, 1)), key).toBe(false)
    expect(keys.isReserved(keys.final("k", 1, "generation"))).toBe(false)
    expect(keys.isReserved("other:~:gabc")).toBe(false)
  })

  it("decide something when they are gates, locks or fences", () => {
    const { keys } = keysWith()
    const decisive = ["n", "t", "g", "l", "f"].filter((kind) => keys.isDecisive(keys.reserved(kind, ["a"])))
    expect(decisive).toEqual(["g", "l", "f"])
    expect(keys.isDecisive(keys.final("g", 1))).toBe(false)
  })
})

describe("hashedKeyFunction", () => {
  it("makes every key portable, and keeps different keys apart", () => {
    const { keys, warnings } = keysWith(memcached, hashedKeyFunction)
    const made = ["a b", "a  b", "a\nb", "é".repeat(1_000), "é".repeat(1_001)].map((key) => keys.final(key, 1))
    expect(new Set(made).size).toBe(5)
    for (const key of made) expect(key).toMatch(/^app:1:[A-Za-z0-9_-]{43}$/)
    expect(warnings).toEqual([])
  })

  it("is SHA-256", () => {
    expect(hashedKeyFunction("", "p", 1)).toBe("p:1:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")
  })
})
