import type { Milliseconds } from "@larder/core"
import type { CallLog } from "./call-log.js"
import { DocumentEnd } from "./document-end.js"
import { beginsDocument } from "./document-start.js"
import { fieldsOf } from "./fetch-message.js"
import { canHavePanel, changeHead } from "./response-head.js"
import { panelMarkup } from "./toolbar.js"

/**
 * Returns the response with the panel if it is a page, or else an equal response. Waits for the beginning of the body and
 * streams the rest. Calls `close` at the end of the log.
 */
export async function withPanel(response: Response, log: CallLog, close: () => void): Promise<Response> {
  const { body, headers, status } = response
  if (body === null || !canHavePanel(status, fieldsOf(headers))) {
    close()
    return response
  }
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  const { opening, complete } = await readOpening(reader)
  if (beginsDocument(opening, complete) !== true) {
    close()
    return new Response(bodyOf(reader, opening, complete), response)
  }
  // The headers of the response may be immutable.
  const changed = new Headers(headers)
  const head = changeHead(fieldsOf(changed))
  const documentEnd = new DocumentEnd()
  const paged = bodyOf(reader, opening, complete, {
    transform: (chunk) => documentEnd.push(chunk),
    end: async () => documentEnd.end(await panelMarkup(log, head)),
    close,
  })
  return new Response(paged, { status, statusText: response.statusText, headers: changed })
}

interface Opening {
  readonly opening: Uint8Array
  /** Whether this is the whole body. */
  readonly complete: boolean
}

/** Reads as much of a body as it takes to tell a document from a fragment. */
async function readOpening(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Opening> {
  let opening = Buffer.alloc(0)
  while (beginsDocument(opening, false) === undefined) {
    const { done, value } = await reader.read()
    if (done) return { opening, complete: true }
    opening = Buffer.concat([opening, value])
  }
  return { opening, complete: false }
}

interface Changes {
  transform(chunk: Uint8Array): Uint8Array
  end(): Promise<Uint8Array>
  close(): void
}

const noChanges: Changes = {
  transform: (chunk) => chunk,
  end: async () => new Uint8Array(0),
  close: () => {},
}

/** How long a body may wait for its reader: nothing tells whether anybody will ever read or cancel it. */
const maxUnread: Milliseconds = 60_000

/** The body again: the opening that was read, and the rest. */
function bodyOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  opening: Uint8Array,
  complete: boolean,
  { transform, end, close }: Changes = noChanges,
): ReadableStream<Uint8Array> {
  const enqueue = (controller: ReadableStreamDefaultController<Uint8Array>, bytes: Uint8Array): boolean => {
    if (bytes.byteLength > 0) controller.enqueue(bytes)
    return bytes.byteLength > 0
  }
  let first: Uint8Array | undefined = opening
  let unread: NodeJS.Timeout | undefined
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      clearTimeout(unread)
      try {
        // A stream is not pulled again if a pull enqueued nothing.
        for (let added = false; !added; ) {
          const { done, value } =
            first === undefined && !complete ? await reader.read() : { done: first === undefined, value: first }
          first = undefined
          if (done || value === undefined) {
            enqueue(controller, await end())
            close()
            controller.close()
            return
          }
          added = enqueue(controller, transform(value))
        }
        unread = setTimeout(close, maxUnread).unref()
      } catch (error) {
        close()
        controller.error(error)
      }
    },
    async cancel(reason) {
      clearTimeout(unread)
      close()
      await reader.cancel(reason)
    },
  })
}
