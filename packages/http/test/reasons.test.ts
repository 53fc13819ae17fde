import { readdirSync, readFileSync } from "node:fs"
import { expect, it } from "vitest"

const source = new URL("../src/", import.meta.url)
const page = readFileSync(new URL("../../../docs/page-reasons.md", import.meta.url), "utf8")

/** Where the source passes a reason on. */
const uses = [
  /(?:refuse|bypass|#end|\.skip)\("([a-z-]+)"/g,
  /(?:detail|reason): "([a-z-]+)"/g,
  /reason = .* \? "([a-z-]+)" : "([a-z-]+)"/g,
  /"(stale-[a-z-]+)"\)/g,
  /skippedByHandler = "([a-z-]+)"/g,
]

it("are all explained in docs/page-reasons.md, which names no others", () => {
  const files = readdirSync(source, { encoding: "utf8", recursive: true }).filter((file) => file.endsWith(".ts"))
  const texts = files.map((file) => readFileSync(new URL(file, source), "utf8"))
  const used = texts.flatMap((text) => uses.flatMap((use) => [...text.matchAll(use)].flatMap(([, ...words]) => words)))
  const explained = [...page.matchAll(/^\| `([a-z-]+)`/gm)].map(([, word]) => word)
  expect(used.length).toBeGreaterThan(40)
  expect([...explained].sort()).toEqual([...new Set(used.filter((word) => word !== undefined))].sort())
})
