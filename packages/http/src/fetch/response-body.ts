import type { PageFill } from "../page-fill.js"

type Body = ReadableStream<Uint8Array>

/**
 * A body for the client that is also passed to the fill. While the fill records, the handler's body is read without
 * back-pressure, so that a slow client does not delay requests that wait for the page; at most what the fill keeps is
 * buffered. After that the client's pace applies. If the client disconnects, recording may continue to the end; `gone` tells
 * whether it has, should the handler break off.
 */
export function recordedBody(body: Body, fill: PageFill, gone: () => boolean): Body {
  const reader = body.getReader()
  let left = false
  let ended = false

  async function step(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const { done, value } = await reader.read()
    if (done) {
      ended = true
      void fill.end()
      if (!left) controller.close()
      return
    }
    // Before it is passed on: the reader may transfer the chunk's buffer.
    record(value, fill)
    if (!left) controller.enqueue(value)
  }

  async function readAhead(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (fill.recording && !ended) await step(controller)
    if (left && !ended) await reader.cancel()
  }

  function failed(controller: ReadableStreamDefaultController<Uint8Array>, error: unknown): void {
    ended = true
    fill.abort(left || gone() ? "client" : undefined)
    if (!left) controller.error(error)
  }

  let ahead: Promise<void> | undefined
  return new ReadableStream<Uint8Array>({
    start(controller) {
      ahead = readAhead(controller).catch((error: unknown) => failed(controller, error))
    },
    async pull(controller) {
      await ahead
      if (ended || left) return
      await step(controller).catch((error: unknown) => failed(controller, error))
    },
    async cancel(reason) {
      left = true
      if (fill.recording || ended) return
      fill.abort()
      await reader.cancel(reason)
    },
  })
}

/** Passes a body to the fill only. Never rejects. */
export async function recordBody(body: Body | null, fill: PageFill): Promise<void> {
  if (body === null) return fill.end()
  if (fill.recording) return drain(body.getReader(), fill)
  await body.cancel().catch(() => {})
  return fill.end()
}

/** Bodies must consist of bytes (Fetch, 2.2.4), but some adapters also send strings: such a body is not stored. */
function record(chunk: unknown, fill: PageFill): void {
  if (chunk instanceof Uint8Array) fill.chunk(chunk)
  else fill.abort()
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>, fill: PageFill): Promise<void> {
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return await fill.end()
      record(value, fill)
      if (!fill.recording) break
    }
    await reader.cancel()
  } catch {
    // The page is not stored; the client, if any, already has its response.
  }
  fill.abort()
}
