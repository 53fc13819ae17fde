import type { GetOrSetOptions, KeyVersionOptions } from "./call-options.js"
import { describeValue } from "./describe-value.js"
import { keyOf } from "./key-of.js"
import type { Timeout } from "./timeout.js"
import { warn } from "./warn.js"

/** The options that a wrapped function passes to `getOrSet`. */
export type WrappedFillOptions = Omit<GetOrSetOptions, "signal" | "tags"> & {
  readonly tags?: readonly string[] | undefined
}

/** The methods of its cache that a wrapped function needs. */
export interface WrappingCache {
  getOrSet<Value>(key: string, produce: () => Value | PromiseLike<Value>, options: WrappedFillOptions): Promise<Value>
  delete(key: string, options?: KeyVersionOptions): Promise<boolean>
}

/** The options of `getOrSet`, except `signal`, which would also end every later call. */
export type WrapOptions<Args extends readonly unknown[]> = Omit<WrappedFillOptions, "tags"> & {
  /**
   * The prefix of the keys: functions with the same name share entries. Default: the name of the function. Bundlers shorten
   * that, and it says nothing about variables that the function closes over.
   */
  readonly name?: string | undefined
  /** The parts of the arguments that identify the entry, for `keyOf`. Default: all arguments. */
  readonly key?: ((...args: Args) => readonly unknown[]) | undefined
  /** The tags of each entry, or a function that derives them from the arguments. */
  readonly tags?: readonly string[] | ((...args: Args) => readonly string[]) | undefined
}

/** A cached function. */
export interface Wrapped<This, Args extends unknown[], Value> {
  /** Returns what the function returns for these arguments, from the cache if possible. */
  (this: This, ...args: Args): Promise<Value>
  /** Returns the key of the entry for these arguments. Throws a `TypeError` for arguments that `keyOf` does not accept. */
  key(...args: Args): string
  /** Removes the entry for these arguments, and returns whether there was one. */
  invalidate(...args: Args): Promise<boolean>
}

/**
 * Returns a cached version of the function: equal arguments, by `keyOf`, share an entry, whose value comes from `getOrSet`.
 * An omitted parameter without a default equals one that is `undefined`; one with a default does not, nor do arguments
 * collected by a rest parameter, unless `key` selects the parts. Nothing is stored if the function throws or returns
 * `undefined`.
 *
 * `this` is passed on, and is no part of the key. If results differ by instance, wrap in the instance, under a name that
 * identifies it: `load = cache.wrap((id: string) => this.fetch(id), { name: "tenant:7:load" })`.
 *
 * Throws a `TypeError` for a function without a usable name, such as an inline arrow, when the options give none.
 */
export function wrap<This, Args extends unknown[], Value>(
  cache: WrappingCache,
  fn: (this: This, ...args: Args) => Value | PromiseLike<Value>,
  options: Timeout | WrapOptions<Args> = {},
): Wrapped<This, Args, Value> {
  if (typeof fn !== "function") throw new TypeError(`wrap needs a function; got ${describeValue(fn)}`)
  const { name: given, key, tags, ...fill } = toWrapOptions(options)
  const name = given === undefined ? ownName(cache, fn.name) : givenName(given)
  if (key !== undefined && typeof key !== "function") {
    throw new TypeError(`key must be a function that selects parts of the arguments; got ${describeValue(key)}`)
  }
  const partsOf = (args: Args): string =>
    key === undefined ? keyOf(withoutOmitted(args, fn.length)) : keyOf(chosen(key(...args)), "key()")
  const keyFor = (args: Args): string => `${name}:${partsOf(args)}`
  const fillFor = (args: Args): WrappedFillOptions => {
    if (tags === undefined) return fill
    return { ...fill, tags: typeof tags === "function" ? tags(...args) : tags }
  }

  async function cached(this: This, ...args: Args): Promise<Value> {
    return cache.getOrSet(keyFor(args), () => fn.apply(this, args), fillFor(args))
  }
  const wrapped = Object.assign(cached, {
    key: (...args: Args) => keyFor(args),
    invalidate: async (...args: Args) => cache.delete(keyFor(args), { version: fill.version }),
  })
  return Object.defineProperty(wrapped, "name", { value: name })
}

function toWrapOptions<Args extends readonly unknown[]>(options: Timeout | WrapOptions<Args>): WrapOptions<Args> {
  if (typeof options !== "object" || options === null) return { timeout: options }
  if ("signal" in options) throw new TypeError("wrap takes no signal: it would end every later call too")
  return options
}

function givenName(name: string): string {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`name must be a non-empty string; got ${describeValue(name)}`)
  }
  return name
}

/** More names than a program has wrapped functions, unless it creates them endlessly. */
const MOST_NAMES = 1_000
/** The names of functions by cache, and whether a duplicate was warned about. */
const namesTaken = new WeakMap<WrappingCache, Map<string, boolean>>()

/** The function's own name. Warns once if two functions of a cache have the same: they would share entries. */
function ownName(cache: WrappingCache, name: string): string {
  // An anonymous default export is named "default"; names of bound functions contain spaces ("bound load").
  if (name === "" || name === "default" || /\s/.test(name)) {
    throw new TypeError(`wrap needs a name for its keys, the function is called ${JSON.stringify(name)}: give { name }`)
  }
  const names = namesTaken.get(cache) ?? new Map<string, boolean>()
  namesTaken.set(cache, names)
  if (names.get(name) === false) {
    warn(
      `More than one function called ${name} was wrapped, and they share their entries: give each a { name }`,
      "LARDER_NAME",
    )
  }
  if (names.has(name) || names.size < MOST_NAMES) names.set(name, names.has(name))
  return name
}

/**
 * The arguments without trailing `undefined`: an omitted parameter equals `undefined`. Arguments beyond the named parameters
 * count, since a rest parameter can see them.
 */
function withoutOmitted(args: readonly unknown[], named: number): readonly unknown[] {
  let end = args.length
  while (end > 0 && end <= named && args[end - 1] === undefined) end--
  return end === args.length ? args : args.slice(0, end)
}

function chosen(parts: readonly unknown[]): readonly unknown[] {
  if (Array.isArray(parts)) return parts
  throw new TypeError(`key must be a function that returns an array; it returned ${describeValue(parts)}`)
}
