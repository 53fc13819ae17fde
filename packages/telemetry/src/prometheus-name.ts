import type { Instrument } from "./instruments.js"

const unitSuffixes: ReadonlyMap<string, string> = new Map([
  ["s", "_seconds"],
  ["By", "_bytes"],
])

/** The name of a metric in Prometheus, which has the base unit in it, and `_total` in that of a counter. */
export function prometheusName({ name, kind, unit }: Instrument): string {
  const suffix = `${unitSuffixes.get(unit) ?? ""}${kind === "counter" ? "_total" : ""}`
  return `${name.replaceAll(".", "_")}${suffix}`
}

/** The name of a label in Prometheus. */
export function prometheusLabel(dimension: string): string {
  return dimension.replaceAll(".", "_")
}
