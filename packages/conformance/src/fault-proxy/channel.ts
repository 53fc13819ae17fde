import type { Socket } from "node:net"

/** How many bytes are held before the sender has to wait. */
const capacity = 65_536

/** The next move of one direction of a connection. Decided anew after every move, because the fault may have changed. */
export interface Step {
  /** Milliseconds to wait first; `Infinity`: until `wake` is called. */
  readonly wait?: number
  /** How many of the held bytes are taken. Default: all. */
  readonly take?: number
  /** What is forwarded in their place. Default: the bytes themselves. */
  readonly replacement?: Uint8Array
}

/** One direction of a connection: forwards bytes in order, as `next` decides. */
export class Channel {
  readonly #source: Socket
  readonly #target: Socket
  readonly #next: (held: number) => Step
  readonly #ended: () => void
  #held: Buffer = Buffer.alloc(0)
  #sourceEnded = false
  #closed = false
  #moving = false
  #wake = (): void => {}

  /** `next` decides on each step; `ended` is called when the source has ended and everything has been forwarded. */
  constructor(source: Socket, target: Socket, next: (held: number) => Step, ended: () => void) {
    this.#source = source
    this.#target = target
    this.#next = next
    this.#ended = ended
    source.on("data", (bytes: Buffer) => {
      this.#held = Buffer.concat([this.#held, bytes])
      if (this.#held.length > capacity) source.pause()
      void this.#move()
    })
    source.once("end", () => {
      this.#sourceEnded = true
      void this.#move()
    })
  }

  get sourceEnded(): boolean {
    return this.#sourceEnded
  }

  /** Ends a wait early, because the fault has changed. */
  wake(): void {
    this.#wake()
  }

  close(): void {
    this.#closed = true
    this.#held = Buffer.alloc(0)
    this.#wake()
  }

  async #move(): Promise<void> {
    if (this.#moving) return
    this.#moving = true
    while (this.#held.length > 0 && !this.#closed) {
      const { wait = 0, take = this.#held.length, replacement } = this.#next(this.#held.length)
      if (this.#closed) break
      // After a wait that was cut short the step is decided again: the fault may have changed.
      if (wait > 0 && !(await this.#waitFor(wait))) continue
      if (this.#closed) break
      const bytes = this.#held.subarray(0, take)
      this.#held = this.#held.subarray(take)
      if (!this.#target.write(replacement ?? bytes)) await this.#drained()
      if (this.#held.length <= capacity) this.#source.resume()
      // The next piece becomes a separate packet only in another turn of the event loop.
      if (this.#held.length > 0) await new Promise((resolve) => setImmediate(resolve))
    }
    this.#moving = false
    if (this.#sourceEnded && !this.#closed) this.#ended()
  }

  /** Resolves to true when the time has passed, false if it was cut short. */
  #waitFor(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(milliseconds) ? setTimeout(resolve, milliseconds, true).unref() : undefined
      this.#wake = () => {
        clearTimeout(timer)
        resolve(false)
      }
    })
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const target = this.#target
      const done = (): void => {
        target.off("drain", done)
        target.off("close", done)
        resolve()
      }
      target.on("drain", done)
      target.on("close", done)
      if (target.destroyed) done()
    })
  }
}
