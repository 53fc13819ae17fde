import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { cacheClauses } from "../src/cache-clauses.js"
import { clauses } from "../src/clauses.js"

const contract = readFileSync(new URL("../CONTRACT.md", import.meta.url), "utf8")
const paragraphs = Array.from(
  contract.matchAll(/^- \*\*([a-zA-Z.]+\.\d+)\*\* (.*(?:\n {2}.*)*)/gm),
  ([, id = "", text = ""]) => ({ id, text: text.replaceAll(/\s+/g, " ").replaceAll("`", "") }),
)
const written = paragraphs.map(({ id }) => id)

describe("CONTRACT.md", () => {
  it("numbers the clauses that the suite checks, in the same order", () => {
    expect([...clauses, ...cacheClauses()].map(({ id }) => id)).toEqual(written)
  })

  it("begins each clause with the title of its test", () => {
    const titles = new Map([...clauses, ...cacheClauses()].map(({ id, title }) => [id, title]))
    const others = paragraphs.filter(({ id, text }) => !`${text} `.startsWith(`${titles.get(id)}. `))
    expect(others).toEqual([])
  })

  it("refers to clauses that exist", () => {
    const known = new Set(written)
    const [, table = ""] = contract.split("# Where the clauses come from")
    const referred = Array.from(table.matchAll(/[a-z]+\.\d+/g), ([id]) => id)
    expect(referred.length).toBeGreaterThan(50)
    expect(referred.filter((id) => !known.has(id))).toEqual([])
  })
})

describe("the clauses", () => {
  it("have unique ids, numbered from 1 in each family", () => {
    const ids = [...clauses, ...cacheClauses()].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const counts = new Map<string, number>()
    for (const id of ids) {
      const family = id.slice(0, id.lastIndexOf("."))
      counts.set(family, (counts.get(family) ?? 0) + 1)
      expect(id).toBe(`${family}.${counts.get(family)}`)
    }
  })
})

describe("README.md", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

  it("counts the clauses", () => {
    expect(readme).toContain(`the ${clauses.length} clauses of CONTRACT.md`)
    expect(readme).toContain(`the ${cacheClauses().length} clauses of its second part`)
  })

  it("lists the fields of a harness", () => {
    const source = readFileSync(new URL("../src/harness.ts", import.meta.url), "utf8")
    const [declaration = ""] = /interface Harness \{[^}]*\}/.exec(source) ?? []
    const fields = Array.from(declaration.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm), ([, name = ""]) => name)
    const rows = Array.from(readme.matchAll(/^\| `(\w+)(?:\([^)]*\))?` /gm), ([, name = ""]) => name)
    expect(rows).toEqual(fields)
  })
})
