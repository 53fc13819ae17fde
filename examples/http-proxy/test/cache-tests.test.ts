import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import type { Server } from "node:http"
import { afterAll, beforeAll, expect, it } from "vitest"
import { createCachingProxy } from "../src/caching-proxy.js"
import { failureReasons } from "./failure-reasons.js"
import { applicable, kindOf, type Results, score } from "./score.js"
import { scorePage } from "./score-page.js"
import { runSuite, startOrigin } from "./suite-run.js"
import { allSuites, surrogateSuite } from "./suites.mjs"

const page = new URL("../../../docs/http-cache-tests.md", import.meta.url)
const all = applicable(allSuites)
const standard = applicable(allSuites.filter(({ id }) => id !== surrogateSuite.id))

let stopOrigin: (() => Promise<void>) | undefined
let proxy: Server | undefined
let results: Results = {}

// The suite waits for real seconds to pass, a hundred tests at a time.
beforeAll(async () => {
  const origin = await startOrigin()
  stopOrigin = origin.stop
  proxy = createCachingProxy(origin.url).listen(0, "127.0.0.1")
  await once(proxy, "listening")
  const address = proxy.address()
  const base = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
  results = await runSuite(base)
  for (const test of all.filter(({ id }) => results[id] !== true && !(id in failureReasons))) {
    if (kindOf(test) !== "check") results = { ...results, ...(await runSuite(base, test.id)) }
  }
}, 300_000)

afterAll(async () => {
  proxy?.closeAllConnections()
  proxy?.close()
  await stopOrigin?.()
})

it("passes every test of the public suite but those that are listed with a reason", () => {
  const failed = all.filter((test) => results[test.id] !== true && kindOf(test) !== "check")
  expect(failed.map(({ id }) => id).toSorted()).toEqual(Object.keys(failureReasons).toSorted())
})

it("scores at least 150 of what is required and 72 of what is optimal", () => {
  const { required, optimal } = score(standard, all, results, false)
  expect(required.passed).toBeGreaterThanOrEqual(150)
  expect(optimal.passed).toBeGreaterThanOrEqual(72)
})

it("is what the documentation says", () => {
  const written = scorePage(allSuites, surrogateSuite, results)
  const before = readFileSync(page, "utf8")
  writeFileSync(page, written)
  expect(before).toBe(written)
})
