import type { Attributes } from "@opentelemetry/api"
import type { Dimension } from "./instruments.js"
import type { Labels } from "./series.js"

/** The name of the instrumentation scope. */
export const SCOPE = "@larder/telemetry"

/** Only `error.type` is from the semantic conventions, which define no attributes for caches. */
export function attributeName(dimension: Dimension): string {
  return dimension === "error.type" ? dimension : `larder.${dimension}`
}

export function attributesOf(labels: Labels): Attributes {
  return Object.fromEntries(
    Object.entries(labels).map(([dimension, value]) => [attributeName(dimension as Dimension), value]),
  )
}
