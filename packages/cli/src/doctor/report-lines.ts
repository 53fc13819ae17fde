import type { Finding } from "@larder/core"
import type { Examined } from "./examine.js"

/** Longer lines are hard to read. */
const WIDEST = 100
const DEFAULT_WIDTH = 80
const severities = ["error", "warning", "info"] as const satisfies readonly Finding["severity"][]

/** Returns the findings of all caches, for each the most severe first, and a summary. */
export function reportLines(examined: readonly Examined[], columns: number = DEFAULT_WIDTH): string[] {
  const width = Math.min(columns, WIDEST)
  return [...examined.flatMap((one) => [...linesOf(one, width), ""]), summary(examined)]
}

function linesOf({ cache, backend, location, findings }: Examined, width: number): string[] {
  const store = [backend, location].filter((part) => part !== undefined).join(" at ")
  const title = store === "" ? cache : `${cache}: ${store}`
  if (findings.length === 0) return [title, "  nothing found"]
  const ordered = severities.flatMap((severity) => findings.filter((finding) => finding.severity === severity))
  return [title, ...ordered.flatMap((finding) => linesOfFinding(finding, width))]
}

function linesOfFinding({ severity, code, found, why, advice }: Finding, width: number): string[] {
  return [
    ...wrapped(`  ${severity}: `, `${found} [${code}]`, width),
    ...wrapped("    why: ", why, width),
    ...wrapped("    do:  ", advice, width),
  ]
}

/** Wraps a text into lines that align after `head`. Words are never broken. */
function wrapped(head: string, text: string, width: number): string[] {
  const lines: string[] = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && head.length + line.length + 1 + word.length > width) {
      lines.push(line)
      line = ""
    }
    line += line === "" ? word : ` ${word}`
  }
  return [...lines, line].map((text, index) => (index === 0 ? head : " ".repeat(head.length)) + text)
}

function summary(examined: readonly Examined[]): string {
  const counts = severities.flatMap((severity) => {
    const count = examined.flatMap(({ findings }) => findings).filter((one) => one.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}${count === 1 || severity === "info" ? "" : "s"}`]
  })
  return counts.length === 0 ? "nothing found" : counts.join(", ")
}
