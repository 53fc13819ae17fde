import { describe, expect, it } from "vitest"
import * as errors from "./errors.js"

const details = { operation: "get", key: "k", backend: "map", cause: new Error("why") }

const samples: readonly errors.CacheError[] = [
  new errors.BackendError(details),
  new errors.ClosedError("default", "get"),
  new errors.ConfigurationError("no"),
  new errors.DeadlockError(":1:k"),
  new errors.DecodeError(details),
  new errors.InvalidKeyError("no"),
  new errors.KeyNotFoundError(details),
  new errors.LockError("import", 0),
  new errors.NotSupportedError("no", details),
  new errors.ProducerTimeoutError("k", 100),
  new errors.SerializationError(details),
  new errors.UnknownAliasError("x", ["default"]),
]

describe("errors", () => {
  it("have codes that never change", () => {
    expect(Object.fromEntries(samples.map(({ name, code }) => [name, code]))).toEqual({
      BackendError: "LARDER_BACKEND",
      ClosedError: "LARDER_CLOSED",
      ConfigurationError: "LARDER_CONFIGURATION",
      DeadlockError: "LARDER_DEADLOCK",
      DecodeError: "LARDER_DECODE",
      InvalidKeyError: "LARDER_INVALID_KEY",
      KeyNotFoundError: "LARDER_KEY_NOT_FOUND",
      LockError: "LARDER_LOCK",
      NotSupportedError: "LARDER_NOT_SUPPORTED",
      ProducerTimeoutError: "LARDER_TIMEOUT",
      SerializationError: "LARDER_SERIALIZATION",
      UnknownAliasError: "LARDER_UNKNOWN_ALIAS",
    })
  })

  it("are all in the list above", () => {
    const classes = Object.keys(errors).filter((name) => name.endsWith("Error") && name !== "CacheError")
    expect(samples.map(({ name }) => name)).toEqual(classes.sort())
  })

  it("are known by CacheError.is, also those of another copy of the package", () => {
    for (const sample of samples) expect(errors.CacheError.is(sample)).toBe(true)
    expect(errors.CacheError.is({ [Symbol.for("larder.CacheError")]: true })).toBe(true)
    for (const other of [new Error("no"), null, undefined, "text"]) expect(errors.CacheError.is(other)).toBe(false)
  })

  it("carry where they happened and what caused them", () => {
    expect(samples[0]).toMatchObject(details)
    expect(samples[0]?.message).toBe('get of "k" failed in the map backend: why')
    expect(new errors.BackendError({ ...details, alias: "pages" }).message).toBe(
      'get of "k" failed in the map backend of the cache "pages": why',
    )
  })

  it("name the store of a backend that names it, once", () => {
    const located = { ...details, alias: "pages", location: "map://host:1" }
    expect(new errors.BackendError(located)).toMatchObject({
      location: "map://host:1",
      message: 'get of "k" failed in the map backend of the cache "pages" at map://host:1: why',
    })
    expect(new errors.BackendError({ ...located, cause: new Error("map://host:1 is down") }).message).toBe(
      'get of "k" failed in the map backend of the cache "pages": map://host:1 is down',
    )
  })

  it("show the messages of many causes where those have none together", () => {
    const cause = new AggregateError([new Error("::1 refused"), new Error("127.0.0.1 refused")])
    expect(new errors.BackendError({ ...details, cause }).message).toBe(
      'get of "k" failed in the map backend: ::1 refused; 127.0.0.1 refused',
    )
  })
})
