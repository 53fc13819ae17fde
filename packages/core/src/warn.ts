/** What `process.on("warning")` can tell Larder's warnings by. */
export type WarningCode = "LARDER_KEY" | "LARDER_NAME" | "LARDER_OUTAGE" | "LARDER_REFUSAL"

/** Says something to the operator through Node's own warnings: on standard error, unless the process handles them. */
export function warn(message: string, code: WarningCode): void {
  process.emitWarning(message, { type: "LarderWarning", code })
}
