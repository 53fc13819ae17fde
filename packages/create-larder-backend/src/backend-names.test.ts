import { describe, expect, it } from "vitest"
import { backendNames } from "./backend-names.js"
import { UsageError } from "./usage-error.js"

describe("backendNames", () => {
  it.each([
    ["my-store", "larder-my-store", "my-store", "my-store", "MyStore"],
    ["larder-my-store", "larder-my-store", "larder-my-store", "my-store", "MyStore"],
    ["@acme/larder-store", "@acme/larder-store", "larder-store", "store", "Store"],
    ["@acme/store", "@acme/store", "store", "store", "Store"],
    ["s3", "larder-s3", "s3", "s3", "S3"],
    ["my.store_2", "larder-my.store_2", "my.store_2", "my-store-2", "MyStore2"],
    ["etcd-backend", "larder-etcd-backend", "etcd-backend", "etcd", "Etcd"],
    ["backend", "larder-backend", "backend", "backend", "Backend"],
    ["larder-3d", "larder-3d", "larder-3d", "larder-3d", "Larder3d"],
    ["constructor", "larder-constructor", "constructor", "constructor", "Constructor"],
  ])("derives the names from %s", (given, packageName, folder, store, classPrefix) => {
    expect(backendNames(given)).toEqual({ packageName, folder, store, classPrefix })
  })

  it.each([
    ["my store"],
    [".."],
    ["../my-store"],
    ["a/b"],
    ["/my-store"],
    ["@acme/"],
    ["@acme/a/b"],
    ["@/a"],
    ["3d"],
    ["-"],
    ["_a"],
    ["ß"],
    ["my-store\n"],
    ["@Ac me/a"],
  ])("rejects %j, and explains which names are valid", (given) => {
    expect(() => backendNames(given)).toThrow(UsageError)
    expect(() => backendNames(given)).toThrow(
      `${JSON.stringify(given)} is not a valid package name: use lowercase letters, digits, -, . and _, beginning with a letter`,
    )
  })

  it.each([
    ["MyStore", "mystore"],
    ["@Acme/Store", "@acme/store"],
  ])("rejects %s, and suggests %s", (given, accepted) => {
    expect(() => backendNames(given)).toThrow(new UsageError(`"${given}" is not a valid package name; ${accepted} is`))
  })

  it("accepts as many characters as npm", () => {
    const longest = "a".repeat(214 - "larder-".length)
    expect(backendNames(longest).packageName).toHaveLength(214)
    expect(() => backendNames(`${longest}a`)).toThrow(new UsageError("A package name has at most 214 characters"))
  })
})
