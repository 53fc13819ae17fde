import { describe, expect, it } from "vitest"
import { checkReadme } from "./readme-shape.mjs"

const good = [
  "# @larder/locmem",
  "",
  "A summary.",
  ...["Install", "Use", "Options", "Behaviour", "Errors", "Versions"].flatMap((heading) => ["", `## ${heading}`, ""]),
  ...Array.from({ length: 70 }, () => "A line."),
]

/** @param {readonly string[]} lines */
const check = (lines) => checkReadme("@larder/locmem", `${lines.join("\n")}\n`)

describe("checkReadme", () => {
  it("accepts the title, a summary, the headings and a suitable length", () => {
    expect(check(good)).toEqual([])
  })

  it("ignores headings in code fences, and lower-level headings", () => {
    expect(check([...good, "```sh", "# a comment", "## another", "```", "### Detail"])).toEqual([])
  })

  it("finds a README that is too short or too long", () => {
    expect(check(good.slice(0, 79))).toEqual(["has 79 lines, not 80 to 150"])
    expect(check([...good, ...Array.from({ length: 60 }, () => "More.")])).toEqual(["has 151 lines, not 80 to 150"])
  })

  it("finds headings that are missing, added or out of order", () => {
    expect(check(good.filter((line) => line !== "## Errors"))[0]).toContain("headings are # @larder/locmem")
    expect(check([...good, "## License"])).toHaveLength(1)
    expect(check(good.map((line) => (line === "## Use" ? "## Usage" : line)))).toHaveLength(1)
  })

  it("finds the title of another package", () => {
    expect(check(["# @larder/redis", ...good.slice(1)])).toHaveLength(1)
  })

  it("finds packages that the first example imports and Install does not name", () => {
    const code = [
      'import "node:fs"',
      'import "@larder/core"',
      'import "@larder/http/node"',
      'import { Eta } from "eta"',
    ]
    const use = ["## Use", "", "```ts", ...code, "```", "", "```ts", 'import "later"', "```"]
    const install = ["## Install", "", "```sh", "npm install @larder/core@1 eta # comment", "```"]
    const readme = good.flatMap((line) => (line === "## Use" ? use : line === "## Install" ? install : line))
    expect(check(readme)).toEqual(['"Install" does not name @larder/http, which the first example imports'])
  })

  it("finds a missing summary", () => {
    expect(check(["# @larder/locmem", "", "![badge](badge.svg)", ...good.slice(3)])).toEqual([
      "has no summary: one sentence in the third line, under the title",
    ])
  })
})
