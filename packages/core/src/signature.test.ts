import { randomBytes } from "node:crypto"
import { inspect } from "node:util"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { byteCodec } from "./byte-codec.js"
import { Signer, type SigningOptions } from "./signature.js"

const secret = "correct horse battery staple"
const other = Uint8Array.from({ length: 32 }, (_, index) => index)
const key = "news:1:front"
const stored = byteCodec.encode({ title: "Union" })
const signer = new Signer({ keys: [secret] })

describe("Signer", () => {
  it("gives back what it signed", () => {
    for (const value of [42, "", "text", new Date(5), new Uint8Array(3_000)]) {
      const bytes = byteCodec.encode(value)
      expect(signer.verify(key, signer.sign(key, bytes))).toEqual(Buffer.from(bytes))
    }
    expect(signer.verify(key, signer.sign(key, new Uint8Array()))).toHaveLength(0)
  })

  it("signs integers too, so that no store can count them", () => {
    expect(signer.sign(key, byteCodec.encode(5))[0]).toBe(8)
  })

  it("refuses what is not signed", () => {
    for (const bytes of [new Uint8Array(), Buffer.of(8), Buffer.alloc(36, 8), stored, byteCodec.encode(5)]) {
      expect(() => signer.verify(key, bytes)).toThrow(new TypeError("it is not signed"))
    }
  })

  it("refuses an entry in which any bit was changed", () => {
    const signed = signer.sign(key, stored)
    for (let bit = 0; bit < signed.byteLength * 8; bit++) {
      const forged = Buffer.from(signed)
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => signer.verify(key, forged)).toThrow(TypeError)
    }
  })

  it("refuses an entry that was cut short or made longer", () => {
    const signed = signer.sign(key, stored)
    for (let end = 0; end < signed.byteLength; end++) {
      expect(() => signer.verify(key, signed.subarray(0, end))).toThrow(TypeError)
    }
    expect(() => signer.verify(key, Buffer.concat([signed, Buffer.of(0)]))).toThrow("its signature is wrong")
  })

  it("refuses an entry that was moved to another key, also where key and bytes join to the same", () => {
    const signed = signer.sign("ab", Buffer.from("cd"))
    expect(() => signer.verify("abc", signed)).toThrow("its signature is wrong")
    const shifted = Buffer.concat([signed.subarray(0, 37), Buffer.from("d")])
    expect(() => signer.verify("abc", shifted)).toThrow("its signature is wrong")
    const pair = fc.tuple(fc.stringMatching(/^[0-9a:]{0,4}$/), fc.stringMatching(/^[0-9a:]{0,4}$/))
    fc.assert(
      fc.property(pair, pair, ([oneKey, one], [otherKey, another]) => {
        const mac = (finalKey: string, text: string): string =>
          Buffer.from(signer.sign(finalKey, Buffer.from(text)).subarray(5, 37)).toString("hex")
        return (mac(oneKey, one) === mac(otherKey, another)) === (oneKey === otherKey && one === another)
      }),
    )
  })

  it("refuses what somebody signed with a key of their own", () => {
    const forged = new Signer({ keys: [other] }).sign(key, stored)
    expect(() => signer.verify(key, forged)).toThrow("it is signed with a key that this cache does not have")
  })

  it("signs with the first key and verifies with all, so that keys can be changed", () => {
    const before = new Signer({ keys: [secret] })
    const during = new Signer({ keys: [other, secret] })
    const after = new Signer({ keys: [other] })
    expect(during.verify(key, before.sign(key, stored))).toEqual(stored)
    expect(after.verify(key, during.sign(key, stored))).toEqual(stored)
    expect(() => after.verify(key, before.sign(key, stored))).toThrow(TypeError)
    expect(() => before.verify(key, during.sign(key, stored))).toThrow(TypeError)
  })

  it("takes a text for its UTF-8 bytes, and keeps no reference to the bytes of a key", () => {
    const bytes = Buffer.from(secret)
    const fromBytes = new Signer({ keys: [bytes] })
    bytes.fill(0)
    expect(fromBytes.verify(key, signer.sign(key, stored))).toEqual(stored)
  })

  it("reads for ever what it wrote: it is in people's stores", () => {
    const golden = "083f054e51dcd9faaee9b30c0880265e1fb997b330699f3f45c1657deb4786f0ec8f114a673432"
    expect(Buffer.from(signer.sign(key, Buffer.from("42"))).toString("hex")).toBe(golden)
    expect(signer.verify(key, Buffer.from(golden, "hex"))).toEqual(Buffer.from("42"))
  })

  it("refuses random bytes, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (bytes, tagged) => {
        const hostile = tagged ? Buffer.concat([signer.sign(key, stored).subarray(0, 5), bytes]) : bytes
        expect(() => signer.verify(key, hostile)).toThrow(TypeError)
      }),
    )
  })
})

describe("keys", () => {
  it("are shown by no error and no inspection", () => {
    const secrets = ["fifteen bytes!!", 1234567890123456, "s3cr3t-s3cr3t-s3cr3t"]
    const attempts: unknown[] = [
      { keys: [secrets[0]] },
      { keys: [secrets[1]] },
      { keys: secrets[2] },
      { keys: [secret, Buffer.from("fifteen bytes!!")] },
      { keys: [{ secret: secrets[2] }] },
      { key: secrets[2] },
      secrets[2],
    ]
    for (const options of attempts) {
      let message = ""
      try {
        new Signer(options as SigningOptions)
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError)
        message = inspect(error)
      }
      expect(message).not.toBe("")
      for (const one of secrets) expect(message.split("\n")[0]).not.toContain(String(one))
    }
    expect(inspect(new Signer({ keys: [secret] }), { depth: 9, showHidden: true })).not.toContain("horse")
  })

  it.each([
    [undefined, "sign is an object of options: { keys: [secret] }"],
    [{}, "sign.keys is an array of keys, the first of which signs"],
    [{ keys: [] }, "sign.keys needs at least one key"],
    [{ keys: [secret], key: secret }, "Unknown option sign.key; there is keys"],
    [{ keys: [secret, 5] }, "sign.keys[1] must be a string or a Uint8Array; got number"],
    [{ keys: [null] }, "sign.keys[0] must be a string or a Uint8Array; got null"],
    [{ keys: ["é".repeat(7)] }, "sign.keys[0] has 14 bytes; it needs at least 16, made by a random generator"],
  ])("are checked (%#)", (options, message) => {
    expect(() => new Signer(options as unknown as SigningOptions)).toThrow(new TypeError(message))
  })

  it("may be 16 bytes or more", () => {
    for (const length of [16, 32, 500]) expect(() => new Signer({ keys: [randomBytes(length)] })).not.toThrow()
    expect(() => new Signer({ keys: ["é".repeat(8)] })).not.toThrow()
  })
})
