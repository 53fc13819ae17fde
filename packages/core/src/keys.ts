import { hash } from "node:crypto"
import type { Capabilities } from "./backend.js"
import { describeValue } from "./describe-value.js"
import { ConfigurationError, InvalidKeyError } from "./errors.js"
import { RecentKeys } from "./recent-keys.js"

/** Builds the key for the store. Different arguments must never result in the same key. */
export type KeyFunction = (key: string, keyPrefix: string, version: number) => string

/** `prefix:version:key`, as in Django. */
export const defaultKeyFunction: KeyFunction = (key, keyPrefix, version) => `${keyPrefix}:${version}:${key}`

/** `prefix:version:` and the SHA-256 of the key, in 43 characters: makes keys of any length portable. */
export const hashedKeyFunction: KeyFunction = (key, keyPrefix, version) =>
  `${keyPrefix}:${version}:${hash("sha256", key, "base64url")}`

/** What every store can hold, Memcached being the narrowest: at most 250 bytes, no control characters and no spaces. */
const PORTABLE_KEY_BYTES = 250
/** 132 bits: two names never share a reserved key. */
const RESERVED_DIGEST_LENGTH = 22
/** The kinds of reserved keys whose reads decide something: gates, fences and locks, of `tags.ts` and `lock.ts`. */
const DECISIVE_KINDS = ["g", "f", "l"]
const portableCharacters = /^[\x21-\x7e]+$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
const controlOrSpace = /[\x00-\x20\x7f]/

export interface KeyOptions {
  readonly keyPrefix: string
  readonly keyFunction: KeyFunction
}

/** Converts keys to final keys, and checks them. A cache and all its views share one. */
export class Keys {
  readonly #options: KeyOptions
  readonly #capabilities: Capabilities
  readonly #warn: (message: string) => void
  readonly #recent = new RecentKeys()
  /** Of entries in a namespace: on stores without `clear(prefix)` that is every entry. */
  readonly #recentInside = new RecentKeys()
  #warned = false

  /** `warn` is called at most once, for the first key that Memcached could not hold and this backend can. */
  constructor(options: KeyOptions, capabilities: Capabilities, warn: (message: string) => void) {
    if (typeof options.keyPrefix !== "string" || /[:\s]/.test(options.keyPrefix)) {
      throw new ConfigurationError(
        `keyPrefix must be a string without colons or whitespace, so that no cache's keys start like another's; ` +
          `got ${describeValue(options.keyPrefix)}`,
      )
    }
    this.#options = options
    this.#capabilities = capabilities
    this.#warn = warn
  }

  get keyPrefix(): string {
    return this.#options.keyPrefix
  }

  /** What all final keys of this cache start with, in every version; `undefined` if its key function may hide it. */
  get prefix(): string | undefined {
    return this.#keepsPrefix ? `${this.#options.keyPrefix}:` : undefined
  }

  /** Whether two keys may have the same final key: only a custom function that breaks its contract can do that. */
  get mayMeet(): boolean {
    return !this.#keepsPrefix
  }

  /** What the final keys of one version start with, if the caller's key follows unchanged. */
  versionPrefix(version: number, generation?: string): string | undefined {
    return this.#options.keyFunction === defaultKeyFunction ? `${this.#prefixOf(generation)}:${version}:` : undefined
  }

  /**
   * With a generation, the key is that of an entry inside a namespace. Throws a `TypeError` for a key that is not a string, an
   * `InvalidKeyError` for one that cannot be used.
   */
  final(key: string, version: number, generation?: string): string {
    const recent = generation === undefined ? this.#recent : this.#recentInside
    return (
      recent.get(key, version, generation) ??
      recent.note(key, version, generation, this.#make(key, version, generation))
    )
  }

  /** A key for the cache's own use: `~` is not a version, so no other key is the same. */
  reserved(kind: string, names: readonly string[]): string {
    // Unambiguous for any strings, including lone surrogates.
    const text = names.map((name) => `${name.length}:${name}`).join("")
    const digest = hash("sha256", Buffer.from(text, "utf16le"), "base64url").slice(0, RESERVED_DIGEST_LENGTH)
    return `${this.#reservedPrefix}${kind}${digest}`
  }

  /** Whether the final key is a reserved one. */
  isReserved(finalKey: string): boolean {
    return finalKey.startsWith(this.#reservedPrefix)
  }

  /**
   * Whether a decision depends on reads of the final key. A gate is read a second time to find out whether anything was
   * invalidated since the first; a lock and its fence say who holds it.
   */
  isDecisive(finalKey: string): boolean {
    return this.isReserved(finalKey) && DECISIVE_KINDS.includes(finalKey.charAt(this.#reservedPrefix.length))
  }

  get #reservedPrefix(): string {
    return `${this.#options.keyPrefix}:~:`
  }

  #make(key: string, version: number, generation: string | undefined): string {
    if (typeof key !== "string") throw new TypeError(`A key is a string; got ${describeValue(key)}`)
    if (key === "") throw new InvalidKeyError("A key must not be empty", { key })
    const finalKey = this.#compose(key, version, generation)
    if (typeof finalKey !== "string") {
      throw new TypeError(
        `The key function must return a string; for ${describeValue(key)} it returned ${describeValue(finalKey)}`,
      )
    }
    const isPortable = finalKey.length <= PORTABLE_KEY_BYTES && portableCharacters.test(finalKey)
    // A key function that hashes hides what is wrong with a key.
    if (!isPortable || !key.isWellFormed()) this.#examine(key, finalKey)
    return finalKey
  }

  #compose(key: string, version: number, generation: string | undefined): string {
    const { keyFunction, keyPrefix } = this.#options
    if (generation === undefined) return keyFunction(key, keyPrefix, version)
    // A custom function is only sure to distinguish entries by key.
    return this.#keepsPrefix
      ? keyFunction(key, this.#prefixOf(generation), version)
      : keyFunction(`~${generation}:${key}`, keyPrefix, version)
  }

  #prefixOf(generation: string | undefined): string {
    const { keyPrefix } = this.#options
    return generation === undefined ? keyPrefix : `${keyPrefix}:~${generation}`
  }

  get #keepsPrefix(): boolean {
    return this.#options.keyFunction === defaultKeyFunction || this.#options.keyFunction === hashedKeyFunction
  }

  #examine(key: string, finalKey: string): void {
    if (finalKey === "")
      throw new InvalidKeyError(`The key function returned an empty key for ${describeValue(key)}`, { key })
    // Lone surrogates all become the same bytes in UTF-8, so two such keys would collide.
    if (!key.isWellFormed() || !finalKey.isWellFormed()) {
      throw new InvalidKeyError(`The key ${describeValue(key)} contains a lone surrogate`, { key })
    }
    const bytes = Buffer.byteLength(finalKey)
    const { maxKeyBytes, portableKeysOnly } = this.#capabilities
    if (maxKeyBytes !== undefined && bytes > maxKeyBytes) {
      throw new InvalidKeyError(
        `The key ${describeValue(finalKey)} has ${bytes} bytes, the backend takes at most ${maxKeyBytes}; ` +
          "shorten it, or use hashedKeyFunction",
        { key },
      )
    }
    const unportable = controlOrSpace.test(finalKey)
    if (unportable && portableKeysOnly === true) {
      throw new InvalidKeyError(
        `The key ${describeValue(finalKey)} contains a space or control character, which the backend cannot hold; ` +
          "replace it, or use hashedKeyFunction",
        { key },
      )
    }
    if (!this.#warned && (unportable || bytes > PORTABLE_KEY_BYTES)) {
      this.#warned = true
      const fault = unportable ? "contains a space or control character" : `has ${bytes} bytes, more than 250`
      this.#warn(`The key ${describeValue(finalKey)} ${fault}: Memcached could not hold it (reported once per cache)`)
    }
  }
}
