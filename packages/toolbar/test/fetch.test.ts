import { operations } from "@larder/core"
import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { toolbar } from "../src/fetch.js"

const opening = "<!doctype html><html><body>"
const minute = 60_000

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

function visit(body: string | ReadableStream<Uint8Array>): Promise<Response> {
  const handler = toolbar({ authorize: () => true })(() => {
    return new Response(body, { headers: { "content-type": "text/html" } })
  })
  return Promise.resolve(handler(new Request("http://localhost/", { headers: { accept: "text/html" } })))
}

it("adds one panel if it is mounted twice", async () => {
  const mount = toolbar({ authorize: () => true })
  const handler = mount(mount(() => new Response(`${opening}</body>`, { headers: { "content-type": "text/html" } })))
  const response = await handler(new Request("http://localhost/", { headers: { accept: "text/html" } }))

  expect((await response.text()).match(/<larder-toolbar>/g)).toHaveLength(1)
})

it("stops recording if nobody reads or cancels the page for a minute", async () => {
  const response = await visit(`${opening}</body></html>`)
  await vi.advanceTimersByTimeAsync(minute - 1)
  expect(operations.hasSubscribers).toBe(true)
  await vi.advanceTimersByTimeAsync(1)
  expect(operations.hasSubscribers).toBe(false)

  expect(await response.text()).toMatch(/<larder-toolbar>.*<\/larder-toolbar><\/body><\/html>$/s)
})

it("records for as long as the page takes to be made", async () => {
  let page: ReadableStreamDefaultController<Uint8Array> | undefined
  const response = await visit(
    new ReadableStream<Uint8Array>({
      start(controller) {
        page = controller
        controller.enqueue(Buffer.from(opening))
      },
    }),
  )
  const whole = response.text()
  await vi.advanceTimersByTimeAsync(10 * minute)
  expect(operations.hasSubscribers).toBe(true)
  page?.close()

  expect(await whole).toContain("<larder-toolbar>")
  expect(operations.hasSubscribers).toBe(false)
})
