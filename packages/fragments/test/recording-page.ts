import type { Enclosing } from "../src/enclosing.js"

/** A page that notes what its fragments tell it. */
export class RecordingPage implements Enclosing {
  readonly names: string[] = []
  readonly reasons: (string | undefined)[] = []

  tags(...names: readonly string[]): void {
    this.names.push(...names)
  }

  skip(reason?: string): void {
    this.reasons.push(reason)
  }
}
