import { describe, expect, it } from "vitest"
import { checkInstalled } from "./new-backend.mjs"
import { temporaryTree } from "./temporary-tree.mjs"

/** A backend that needs no install, whose tests look for the line that deletes. */
const backend = {
  "package.json": { type: "module", scripts: { build: "node build.mjs", test: "node test.mjs" } },
  "README.md": "```ts\nconsole.log(1)\n```\n",
  "src/my-store-backend.ts": "this.#entries.delete(key)\n",
  "build.mjs": "",
  "dist/readme.js": "",
  "test.mjs": `
    import { readFileSync } from "node:fs"
    const good = readFileSync("src/my-store-backend.ts", "utf8").includes("delete")
    console.log(good ? "# pass 1" : "not ok 1 - delete.1 delete removes")
    process.exitCode = good ? 0 : 1
  `,
}

/** @param {Record<string, string>} [changes] */
async function check(changes) {
  const findings = await checkInstalled(temporaryTree({ ...backend, ...changes }))
  return findings.map((finding) => finding.split(":")[0])
}

describe("checkInstalled", () => {
  it("accepts a backend whose tests pass as it is and notice when it is broken", async () => {
    expect(await check()).toEqual([])
  })

  it("finds tests that fail, and do so for another reason than the clause", async () => {
    expect(await check({ "test.mjs": "process.exitCode = 1" })).toEqual([
      "the tests of a new backend end with 1, 0 passed",
      "a new backend whose delete does nothing does not fail delete.1",
    ])
  })

  it("finds tests that test nothing, and a README whose program fails", async () => {
    expect(await check({ "test.mjs": "", "dist/readme.js": "process.exitCode = 1" })).toEqual([
      "the tests of a new backend end with 0, 0 passed",
      "the code of the README of a new backend fails",
      "a new backend whose delete does nothing does not fail delete.1",
    ])
  })

  it("finds a README whose program does not compile, and that there is nothing to break", async () => {
    const changes = { "build.mjs": "process.exitCode = 1", "src/my-store-backend.ts": "delete" }
    expect(await check(changes)).toEqual([
      "the code of the README of a new backend does not compile",
      "src/my-store-backend.ts of a new backend has no this.#entries.delete(key)",
    ])
  })
})
