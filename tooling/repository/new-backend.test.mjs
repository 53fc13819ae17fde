import { describe, expect, it } from "vitest"
import { checkInstalled } from "./new-backend.mjs"
import { temporaryTree } from "./temporary-tree.mjs"

/** A backend that needs no installation. Its tests check that the line which deletes exists. */
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
  it("accepts a backend whose tests pass, and fail if it is broken", async () => {
    expect(await check()).toEqual([])
  })

  it("finds tests that fail for other reasons than the clause", async () => {
    expect(await check({ "test.mjs": "process.exitCode = 1" })).toEqual([
      "the tests of a new backend exit with 1, 0 passed",
      "a new backend whose delete does nothing passes delete.1",
    ])
  })

  it("finds tests that test nothing, and a README whose program fails", async () => {
    expect(await check({ "test.mjs": "", "dist/readme.js": "process.exitCode = 1" })).toEqual([
      "the tests of a new backend exit with 0, 0 passed",
      "the code of the README of a new backend fails",
      "a new backend whose delete does nothing passes delete.1",
    ])
  })

  it("finds a README whose program does not compile, and a backend without the line to break", async () => {
    const changes = { "build.mjs": "process.exitCode = 1", "src/my-store-backend.ts": "delete" }
    expect(await check(changes)).toEqual([
      "the code of the README of a new backend does not compile",
      "src/my-store-backend.ts of a new backend does not contain this.#entries.delete(key)",
    ])
  })
})
