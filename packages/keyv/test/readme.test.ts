import { readFileSync } from "node:fs"
import KeyvMemcache from "@keyv/memcache"
import KeyvRedis from "@keyv/redis"
import { KeyvMemoryAdapter } from "keyv-6"
import { expect, it } from "vitest"
import { type KeyvAdapter, KeyvBackend } from "../src/index.js"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

it.each<[string, () => KeyvAdapter]>([
  ["a `Map`", () => new Map<string, unknown>()],
  ["`@keyv/redis` 5", () => new KeyvRedis("redis://127.0.0.1:1")],
  ["`@keyv/memcache` 2", () => new KeyvMemcache("127.0.0.1:1")],
  ["adapters for Keyv 6", () => new KeyvMemoryAdapter(new Map())],
])("the README lists the batches of %s", (name, make) => {
  const backend = new KeyvBackend(make)
  const batches = (["getMany", "setMany", "deleteMany"] as const).filter((method) => method in backend)
  const row = readme.split("\n").find((line) => line.startsWith(`| ${name} `))
  const cell = row?.split("|")[2]?.trim()
  expect(cell).toBe(batches.length === 0 ? "none" : batches.map((method) => `\`${method}\``).join(", "))
})
