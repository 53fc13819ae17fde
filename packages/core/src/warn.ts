/** Identifies Larder's warnings in `process.on("warning")`. */
export type WarningCode = "LARDER_KEY" | "LARDER_NAME" | "LARDER_OUTAGE" | "LARDER_REFUSAL"

/** Emits a Node process warning, which is printed to standard error unless the process handles it. */
export function warn(message: string, code: WarningCode): void {
  process.emitWarning(message, { type: "LarderWarning", code })
}
