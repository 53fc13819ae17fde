/** Emits the process warning `LARDER_TELEMETRY`. */
export function warn(message: string): void {
  process.emitWarning(message, { type: "LarderWarning", code: "LARDER_TELEMETRY" })
}
