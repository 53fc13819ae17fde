import type { IncomingMessage } from "node:http"
import type { Http2ServerRequest } from "node:http2"

/** A request of node:http, or of the compatibility layer of node:http2. */
export type NodeRequest = IncomingMessage | Http2ServerRequest

/** What responses of node:http and of the compatibility layer of node:http2 have in common. */
export interface NodeResponse {
  statusCode: number
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
  /** In the letter case in which they were set; HTTP/2 knows no letter case. */
  getRawHeaderNames?(): string[]
  hasHeader(name: string): boolean
  // What the value may be is Node's to check: it often comes from an application as it was given there.
  setHeader(name: string, value: unknown): unknown
  appendHeader(name: string, value: unknown): unknown
  removeHeader(name: string): void
  // Their overloads differ, and an application may have replaced them: what they are given goes on as it came.
  writeHead(status: number, ...rest: readonly unknown[]): unknown
  write(...given: readonly unknown[]): unknown
  end(...given: readonly unknown[]): unknown
  addTrailers(...given: readonly unknown[]): unknown
  destroy(error?: Error): unknown
  once(event: "close" | "finish", listener: () => void): unknown
}
