import type { Instrument } from "./instruments.js"

const unitSuffixes: ReadonlyMap<string, string> = new Map([
  ["s", "_seconds"],
  ["By", "_bytes"],
])

/** The name of a metric in Prometheus: with the base unit, and `_total` for counters. */
export function prometheusName({ name, kind, unit }: Instrument): string {
  const suffix = `${unitSuffixes.get(unit) ?? ""}${kind === "counter" ? "_total" : ""}`
  return `${name.replaceAll(".", "_")}${suffix}`
}

/** The name of a label in Prometheus. */
export function prometheusLabel(dimension: string): string {
  return dimension.replaceAll(".", "_")
}
