import { describe, expect, it, vi } from "vitest"
import { digestOf, type FindIncluded, fragmentId, type TemplateSource } from "./template-digest.js"

/** What is included stands in brackets; `?` is a name that is computed. */
function source(id: string, text: string): TemplateSource {
  const names = [...text.matchAll(/\[(.*?)\]/g)].map(([, name]) => name)
  return { id, text, includes: names.map((name) => (name === "?" ? undefined : name)) }
}

function digest(text: string, files: Record<string, string> = {}, path = ""): string {
  const find: FindIncluded = (name) => {
    const file = files[name]
    if (file === undefined) return "missing"
    return file === "secret" ? "unknown" : source(path + name, file)
  }
  return digestOf(source(fragmentId, text), find, { template: "page", line: 3 })
}

describe("the digest of a source", () => {
  it("is of its text, and of all that it includes, whatever the paths", () => {
    const files = { a: "A[b]", b: "B" }
    const all = [
      digest("[a]"),
      digest("[a]", files),
      digest("[a] ", files),
      digest("[a]", { ...files, a: "A [b]" }),
      digest("[a]", { ...files, b: "B2" }),
      digest("[a][b]", files),
    ]
    expect(new Set(all).size).toBe(all.length)
    expect(digest("[a]", { ...files, c: "C" })).toBe(digest("[a]", files))
    expect(digest("[a]", files, "/releases/8/")).toBe(digest("[a]", files, "/releases/7/"))
  })

  it("comes to an end where templates include each other", () => {
    expect(digest("[a]", { a: "A[b]", b: "B[a]" })).not.toBe(digest("[a]", { a: "A[b]", b: "B[a] " }))
  })

  it("warns once of each template that it cannot follow, saying where", () => {
    const warning = vi.spyOn(process, "emitWarning").mockReturnValue()
    for (let time = 0; time < 2; time++) digest("[?][a][gone]", { a: "[b]", b: "secret" })
    expect(warning.mock.calls.map(([text, options]) => [text, (options as { code: string }).code])).toEqual([
      [
        expect.stringMatching(/^page:3: the digest does not follow an include whose name is computed: /),
        "LARDER_FRAGMENT_DIGEST",
      ],
      [expect.stringMatching(/^page:3: the digest does not follow "b" in a: /), "LARDER_FRAGMENT_DIGEST"],
    ])
    warning.mockRestore()
  })
})
