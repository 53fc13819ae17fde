import type { Attributes } from "@opentelemetry/api"
import type { Dimension } from "./instruments.js"
import type { Labels } from "./series.js"

/** Identifies this package to OpenTelemetry, as the instrumentation scope. */
export const SCOPE = "@larder/telemetry"

/** `error.type` is an attribute of the semantic conventions; they have none for caches, so all others are Larder's own. */
export function attributeName(dimension: Dimension): string {
  return dimension === "error.type" ? dimension : `larder.${dimension}`
}

export function attributesOf(labels: Labels): Attributes {
  return Object.fromEntries(
    Object.entries(labels).map(([dimension, value]) => [attributeName(dimension as Dimension), value]),
  )
}
