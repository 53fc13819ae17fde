import { describe, expect, it } from "vitest"
import { codeFences } from "./code-fences.mjs"

describe("codeFences", () => {
  it("returns language, marks, line and code of each fence", () => {
    const markdown = "Text\n\n```ts no-run\nconst a = 1\n\nconst b = 2\n```\n\n~~~sh\nls\n~~~\n"
    expect(codeFences(markdown)).toEqual([
      { language: "ts", marks: ["no-run"], line: 3, code: "const a = 1\n\nconst b = 2" },
      { language: "sh", marks: [], line: 9, code: "ls" },
    ])
  })

  it("reads fences without a language and empty ones", () => {
    expect(codeFences("```\n```\n")).toEqual([{ language: "", marks: [], line: 1, code: "" }])
  })

  it("removes the indentation of a list", () => {
    expect(codeFences("- item\n\n  ```ts\n  if (a) {\n    b()\n  }\n  ```\n")[0]?.code).toBe("if (a) {\n  b()\n}")
  })

  it("keeps shorter fences inside longer ones as text", () => {
    expect(codeFences("````md\n```ts\na\n```\n````\n")).toEqual([
      { language: "md", marks: [], line: 1, code: "```ts\na\n```" },
    ])
  })

  it("ignores inline code", () => {
    expect(codeFences("Write ```ts``` fences.\n")).toEqual([])
  })
})
