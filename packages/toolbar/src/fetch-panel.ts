import type { CallLog } from "./call-log.js"
import { DocumentEnd } from "./document-end.js"
import { beginsDocument } from "./document-start.js"
import { changeHead, type HeadFields, mayBePage } from "./response-head.js"
import { hiddenHeaders } from "./seen-request.js"
import { panelOf } from "./toolbar.js"

/**
 * The response with the panel, if it is a page; else an equal one. Waits for the beginning of the body, and streams the rest.
 * `close` is called when nothing more is to be logged.
 */
export async function withPanel(response: Response, log: CallLog, close: () => void): Promise<Response> {
  const { body, headers, status } = response
  if (body === null || !mayBePage(status, fieldsOf(headers))) {
    close()
    return response
  }
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  const { opening, complete } = await readOpening(reader)
  if (beginsDocument(opening, complete) !== true) {
    close()
    return new Response(bodyOf(reader, opening, complete), response)
  }
  // Those of the response may be immutable.
  const changed = new Headers(headers)
  const head = changeHead(fieldsOf(changed))
  const documentEnd = new DocumentEnd()
  const paged = bodyOf(reader, opening, complete, {
    through: (chunk) => documentEnd.push(chunk),
    end: async () => documentEnd.end(await panelOf(log, head)),
    close,
  })
  return new Response(paged, { status, statusText: response.statusText, headers: changed })
}

interface Opening {
  readonly opening: Uint8Array
  /** Whether it is the whole body. */
  readonly complete: boolean
}

/** As much of a body as tells a document from a part of one. */
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
  through(chunk: Uint8Array): Uint8Array
  end(): Promise<Uint8Array>
  close(): void
}

const noChanges: Changes = {
  through: (chunk) => chunk,
  end: async () => new Uint8Array(0),
  close: () => {},
}

/** The opening again, and what is left of the body. */
function bodyOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  opening: Uint8Array,
  complete: boolean,
  { through, end, close }: Changes = noChanges,
): ReadableStream<Uint8Array> {
  const enqueue = (controller: ReadableStreamDefaultController<Uint8Array>, bytes: Uint8Array): boolean => {
    if (bytes.byteLength > 0) controller.enqueue(bytes)
    return bytes.byteLength > 0
  }
  let first: Uint8Array | undefined = opening
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        // A pull that adds nothing is not repeated.
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
          added = enqueue(controller, through(value))
        }
      } catch (error) {
        close()
        controller.error(error)
      }
    },
    async cancel(reason) {
      close()
      await reader.cancel(reason)
    },
  })
}

function fieldsOf(headers: Headers): HeadFields {
  return {
    get: (name) => headers.get(name) ?? undefined,
    set: (name, value) => headers.set(name, value),
    delete: (name) => headers.delete(name),
    names: () => headers.keys(),
  }
}

/** The request for what is further inside. */
export function withoutHiddenHeaders(request: Request): Request {
  if (!hiddenHeaders.some((name) => request.headers.has(name))) return request
  const headers = new Headers(request.headers)
  for (const name of hiddenHeaders) headers.delete(name)
  return new Request(request, { headers })
}
