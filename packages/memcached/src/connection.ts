import type { Socket } from "node:net"
import type { Milliseconds } from "@larder/core"
import { Backoff } from "./backoff.js"
import { type Login, wantsLogin } from "./login.js"
import { MemcachedError, type MemcachedErrorCode } from "./memcached-error.js"
import { openSocket } from "./open-socket.js"
import { Outbox } from "./outbox.js"
import { type Reply, ReplyParser } from "./reply-parser.js"
import { type Request, unfinished } from "./request.js"
import type { ServerAddress } from "./server-address.js"
import type { TlsOptions } from "./tls-options.js"
import { type Waiting, WaitingLine } from "./waiting-line.js"

const ticksToAnswer = 4
const mostUnsentBytes = 64 * 1024 ** 2

export interface ConnectionSettings {
  /** How long a request may take, connecting and logging in included; up to a quarter more. */
  readonly requestTimeout: Milliseconds
  /** Maximum number of pending requests. */
  readonly maxPending: number
  /** The login that the server requires, if any. */
  readonly login: Login | undefined
  readonly tls: TlsOptions | undefined
}

/**
 * One server, over one socket that is opened on demand. Replies arrive in the order of the requests, so after any error the
 * socket is destroyed and its pending requests fail: a late reply can never be matched to another request.
 */
export class Connection {
  readonly #server: ServerAddress
  readonly #settings: ConnectionSettings
  readonly #waiting = new WaitingLine()
  readonly #outbox = new Outbox()
  readonly #backoff = new Backoff()
  #socket: Socket | undefined
  /** Whether requests may be sent: the socket is connected and logged in. */
  #ready = false
  #loggingIn = false
  /** Whether any request has succeeded on this socket. */
  #answered = false
  #session = 0
  #flushing = false
  #timer: NodeJS.Timeout | undefined
  #ticks = 0
  #closing: Promise<void> | undefined
  #whenDrained: (() => void) | undefined

  constructor(server: ServerAddress, settings: ConnectionSettings) {
    this.#server = server
    this.#settings = settings
  }

  /** `host:port` of the server. */
  get name(): string {
    return this.#server.name
  }

  /**
   * A different number for each socket. The server may have restarted between two, and may then reuse tokens for other
   * values.
   */
  get session(): number {
    return this.#session
  }

  /** Sends the request; resolves with what its `read` returns for the replies. Rejects with a `MemcachedError`. */
  request<Answer>(request: Request<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const refusal = this.#refusal()
      if (refusal !== undefined) return reject(refusal)
      this.#socket ??= this.#open()
      this.#waiting.push({ request, resolve, reject, since: this.#ticks, refusal: undefined, next: undefined })
      this.#outbox.add(request.parts)
      this.#timer ??= this.#watch()
      this.#flushSoon()
    })
  }

  /** Accepts no more requests, waits for pending ones, and closes the socket. */
  close(): Promise<void> {
    this.#closing ??= new Promise<void>((resolve) => {
      this.#whenDrained = resolve
      if (this.#waiting.length === 0) this.#drop()
    })
    return this.#closing
  }

  #refusal(): MemcachedError | undefined {
    if (this.#closing !== undefined) return this.#error("CLOSED", "the backend is closed")
    if (this.#waiting.length >= this.#settings.maxPending) {
      return this.#error("OVERLOADED", `${this.#waiting.length} requests wait already (maxPending)`)
    }
    if (this.#outbox.size + (this.#socket?.writableLength ?? 0) > mostUnsentBytes) {
      return this.#error("OVERLOADED", `more than ${mostUnsentBytes} bytes wait to be sent`)
    }
    if (this.#socket !== undefined) return undefined
    const reason = this.#backoff.reason(performance.now())
    if (reason === undefined) return undefined
    const code = reason instanceof MemcachedError && reason.code === "LOGIN" ? "LOGIN" : "CONNECTION"
    return this.#error(code, `failed a moment ago and rests: ${messageOf(reason)}`, reason)
  }

  #open(): Socket {
    const socket = openSocket(this.#server, this.#settings.tls, () => whileCurrent(() => this.#begin(socket)))
    const parser = new ReplyParser((reply) => this.#take(reply))
    const whileCurrent = (react: () => void) => {
      if (this.#socket === socket) react()
    }
    socket.on("data", (chunk) => whileCurrent(() => this.#receive(parser, chunk)))
    socket.on("error", (cause) => whileCurrent(() => this.#break(this.#error("CONNECTION", messageOf(cause), cause))))
    socket.on("close", () =>
      whileCurrent(() => {
        // Closing an idle connection is not a failure.
        if (this.#waiting.length === 0) this.#drop()
        else this.#break(this.#error("CONNECTION", "it closed the connection before it answered"))
      }),
    )
    return socket
  }

  // Nothing is sent before the login is accepted: the server would read it as part of the next attempt.
  #begin(socket: Socket): void {
    const { login } = this.#settings
    this.#loggingIn = login !== undefined
    if (login === undefined) this.#start()
    else socket.write(login.bytes)
  }

  #start(): void {
    this.#loggingIn = false
    this.#ready = true
    this.#flush()
  }

  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    process.nextTick(() => {
      this.#flushing = false
      this.#flush()
    })
  }

  #flush(): void {
    if (this.#ready && this.#socket !== undefined && this.#outbox.size > 0) this.#outbox.flushTo(this.#socket)
  }

  #receive(parser: ReplyParser, chunk: Buffer): void {
    try {
      parser.push(chunk)
    } catch (cause) {
      const refused = cause instanceof MemcachedError
      this.#break(refused ? cause : this.#error("PROTOCOL", `it sent ${messageOf(cause)}`, cause))
      return
    }
    if (this.#waiting.length === 0 && this.#closing !== undefined) this.#drop()
  }

  #take(reply: Reply): void {
    const { login } = this.#settings
    if (this.#loggingIn && login !== undefined) {
      if (!login.isAccepted(reply)) throw this.#error("LOGIN", "it does not accept this user and password")
      this.#start()
      return
    }
    if (wantsLogin(reply)) throw this.#error("LOGIN", "it wants a user and a password, and none were given")
    const waiting = this.#waiting.first
    if (waiting === undefined) throw new Error(`an unexpected reply: ${JSON.stringify(reply.code)}`)
    const { request } = waiting
    if (reply.code === "SERVER_ERROR") {
      waiting.refusal ??= this.#error("SERVER", reply.flags)
      if (request.batch !== true) this.#settle(waiting, undefined)
      return
    }
    const answer = request.read(reply)
    if (answer !== unfinished) this.#settle(waiting, answer)
  }

  #settle(waiting: Waiting, answer: unknown): void {
    this.#waiting.shift()
    this.#answered = true
    if (waiting.refusal === undefined) waiting.resolve(answer as never)
    else waiting.reject(waiting.refusal)
  }

  /** One timer for all requests. It counts ticks, so that time in which this process was blocked does not count. */
  #watch(): NodeJS.Timeout {
    const { requestTimeout } = this.#settings
    const timer = setInterval(() => {
      this.#ticks += 1
      const oldest = this.#waiting.first
      if (oldest === undefined) this.#stopWatching()
      else if (this.#ticks - oldest.since > ticksToAnswer) {
        this.#break(this.#error("TIMEOUT", `no answer within ${requestTimeout} ms`))
      }
    }, requestTimeout / ticksToAnswer)
    return timer.unref()
  }

  #stopWatching(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Destroys the socket and rejects pending requests. A server that has replied on it may be tried again at once. */
  #break(error: MemcachedError): void {
    if (this.#answered) this.#backoff.succeeded()
    else this.#backoff.failed(error.cause ?? error, performance.now())
    this.#drop()
    this.#waiting.fail(error)
  }

  /** Drops the socket and its state. The next request opens another one. */
  #drop(): void {
    const socket = this.#socket
    this.#socket = undefined
    this.#session += 1
    this.#ready = false
    this.#loggingIn = false
    this.#answered = false
    this.#outbox.clear()
    this.#stopWatching()
    socket?.destroy()
    this.#whenDrained?.()
  }

  #error(code: MemcachedErrorCode, what: string, cause?: unknown): MemcachedError {
    return new MemcachedError(code, `Memcached ${this.#server.name}: ${what}`, cause === undefined ? {} : { cause })
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : String(cause)
}
