import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { Corpus } from "../corpus.js"
import { explanations } from "../pages/failure.js"
import { germanTexts } from "./german-texts.js"

const portal = fileURLToPath(new URL("../..", import.meta.url))

/** What templates and handlers translate; as far as a name tells, what they are given to translate. */
function textsInUse(): ReadonlySet<string> {
  const templates = filesIn("templates", ".liquid")
  const handlers = filesIn("src", ".ts")
  const corpus = Corpus.load()
  return new Set([
    ...matchesOf(templates, /"([^"]+)" \| t\b/g),
    ...matchesOf(templates, /\| counted: "([^"]+)", "([^"]+)"/g),
    ...matchesOf(templates, /\b(?:back|on): "([^"]+)"/g),
    ...matchesOf(handlers, /\.text\(\s*"([^"]+)"/g),
    ...matchesOf(handlers, /\bproblem: "([^"]+)"/g),
    ...Object.values(explanations).flatMap(({ title, explanation }) => [title, explanation]),
    ...["President", "Party", "Decade", "Era"],
    ...(["party", "era"] as const).flatMap((kind) => corpus.categories(kind).map(({ name }) => name)),
  ])
}

function filesIn(folder: string, extension: string): string {
  return readdirSync(`${portal}/${folder}`, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(extension) && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(`${portal}/${folder}/${name}`, "utf8"))
    .join("\n")
}

function matchesOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, ...groups]) => groups)
}

describe("germanTexts", () => {
  it("translates all that the site says, and nothing that it does not say", () => {
    const inUse = textsInUse()
    expect(inUse.size).toBeGreaterThan(100)
    expect(Object.keys(germanTexts).toSorted()).toEqual([...inUse].toSorted())
  })

  it("has the same values in a text and its translation", () => {
    const valuesOf = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted()
    for (const [english, german] of Object.entries(germanTexts))
      expect(valuesOf(german), german).toEqual(valuesOf(english))
  })
})
