import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { expect, test } from "vitest"
import { callSite, siteIn } from "./call-site.js"

const here = fileURLToPath(import.meta.url)
const packages = fileURLToPath(new URL("../../", import.meta.url))

function stack(...frames: readonly string[]): string {
  return ["Error", ...frames.map((frame) => `    at ${frame}`)].join("\n")
}

test("it is the calling line, relative to the working directory", () => {
  const site = callSite()

  expect(site).toMatch(/call-site\.test\.ts:\d+$/)
})

test("it is found after an await", async () => {
  async function deep(): Promise<string | undefined> {
    await Promise.resolve()
    return callSite()
  }

  expect(await deep()).toMatch(/call-site\.test\.ts:\d+$/)
})

test("frames of Larder, dependencies and Node are skipped", () => {
  const trace = stack(
    `Cache.get (${pathToFileURL(join(packages, "core", "dist", "cache.js")).href}:74:37)`,
    `Object.<anonymous> (${join(packages, "http", "src", "page-store.ts")}:10:3)`,
    "Layer.handle (/srv/news/node_modules/express/lib/router.js:1:2)",
    "process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    "eval (eval at compile (/srv/news/views.js:3:4), <anonymous>:1:1)",
    "new Promise (<anonymous>)",
    "async view (file:///srv/news/src/views%20.ts:31:9)",
    "later (/srv/news/src/later.ts:1:1)",
  )

  expect(siteIn(trace, "/srv/news")).toBe("src/views .ts:31")
})

test.each([
  ["/srv/other/views.js:31:9", "/srv/other/views.js:31"],
  ["async /srv/news/views.js:31:9", "views.js:31"],
  ["async Promise.all (index 0)", undefined],
])("the call site of %s is %s", (line, site) => {
  expect(siteIn(stack(line), "/srv/news")).toBe(site)
})

test("tests of Larder count as applications", () => {
  expect(siteIn(stack(`${here}:5:6`), "/")).toBe(`${here.slice(1)}:5`)
  expect(siteIn(stack(`${join(packages, "toolbar", "test", "site.ts")}:5:6`), packages)).toBe("toolbar/test/site.ts:5")
})

test("it restores Error.stackTraceLimit", () => {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 3
  try {
    callSite()
    expect(Error.stackTraceLimit).toBe(3)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
})

test("a custom Error.prepareStackTrace gives no call site and no error", () => {
  const { prepareStackTrace } = Error
  Error.prepareStackTrace = (_error, frames) => frames
  try {
    expect(callSite()).toBeUndefined()
  } finally {
    Error.prepareStackTrace = prepareStackTrace
  }
})
