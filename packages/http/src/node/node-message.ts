import type { IncomingMessage } from "node:http"
import type { Http2ServerRequest } from "node:http2"

/** A request of node:http, or of the compatibility layer of node:http2. */
export type NodeRequest = IncomingMessage | Http2ServerRequest

/** What responses of node:http and of the compatibility layer of node:http2 have in common. */
export interface NodeResponse {
  statusCode: number
  /** HTTP/2 has none. */
  statusMessage?: string
  readonly headersSent: boolean
  readonly writableEnded: boolean
  readonly destroyed?: boolean
  readonly socket:
    | { readonly destroyed: boolean; readonly readableEnded?: boolean; readonly errored?: Error | null }
    | null
    | undefined
  /** Of HTTP/2. */
  readonly stream?: { readonly rstCode?: number | undefined }
  getHeader(name: string): number | string | string[] | undefined
  getHeaderNames(): string[]
  /** In the letter case in which they were set. HTTP/2 lacks it: its names are lower case. */
  getRawHeaderNames?(): string[]
  hasHeader(name: string): boolean
  // Node checks the value, which often comes from the application unchanged.
  setHeader(name: string, value: unknown): unknown
  appendHeader(name: string, value: unknown): unknown
  removeHeader(name: string): void
  // Their overloads differ, and an application may have replaced them: arguments are passed on unchanged.
  writeHead(status: number, ...rest: readonly unknown[]): unknown
  write(...given: readonly unknown[]): unknown
  end(...given: readonly unknown[]): unknown
  addTrailers(...given: readonly unknown[]): unknown
  destroy(error?: Error): unknown
  once(event: "close" | "finish", listener: () => void): unknown
}
