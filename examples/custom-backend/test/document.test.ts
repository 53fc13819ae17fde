import { readFileSync } from "node:fs"
import { expect, it } from "vitest"

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8")
}

/** A test file without its imports, of which the document has its own. */
function statements(path: string): string {
  return read(path).replaceAll(/^import .*\n+/gm, "")
}

it("is what docs/writing-a-backend.md shows", () => {
  const document = read("../../../docs/writing-a-backend.md")
  expect(document).toContain(`\n${read("../src/recent-backend.ts")}\`\`\`\n`)
  for (const file of ["conformance.test.ts", "conformance.node.mjs"]) {
    expect(document).toContain(`\n${statements(file)}\`\`\`\n`)
  }
})
