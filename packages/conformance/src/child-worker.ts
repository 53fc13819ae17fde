// The program of a child process: opens a handle and runs the routines that the parent requests.
import type { Backend } from "@larder/core"
import { fillAtOnce, fillWithoutEnd, invalidate } from "./cache-routines.js"
import { addEach, countUnderLock, incrMany, overwrite, read, replaceEach, write } from "./routines.js"

const routines: Readonly<Record<RoutineName, unknown>> = {
  addEach,
  countUnderLock,
  fillAtOnce,
  fillWithoutEnd,
  incrMany,
  invalidate,
  overwrite,
  read,
  replaceEach,
  write,
}

/** The routines by name. */
export type Routines = typeof import("./routines.js") & typeof import("./cache-routines.js")

/** The name of an export of `routines.ts` or `cache-routines.ts`. */
export type RoutineName = keyof Routines

/** A request of the parent. */
export type ChildOrder =
  | { readonly open: string; readonly data: unknown }
  | { readonly run: RoutineName; readonly parameters: readonly unknown[] }
  | { readonly close: true }

/** A child's response; `error` is a message. */
export interface ChildAnswer {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

interface BackendModule {
  readonly create?: (data: unknown) => Backend<unknown> | Promise<Backend<unknown>>
}

let backend: Backend<unknown> | undefined

async function obey(order: ChildOrder): Promise<unknown> {
  if ("open" in order) {
    const { create } = (await import(order.open)) as BackendModule
    if (typeof create !== "function") throw new TypeError(`${order.open} must export a function named create`)
    backend = await create(order.data)
    return
  }
  if (backend === undefined) throw new Error("no handle is open")
  if ("close" in order) return backend.close?.()
  const routine = routines[order.run] as (backend: Backend<unknown>, ...parameters: readonly unknown[]) => unknown
  return routine(backend, ...order.parameters)
}

process.on("message", async ({ id, order }: { id: number; order: ChildOrder }) => {
  let answer: ChildAnswer
  try {
    answer = { id, value: await obey(order) }
  } catch (error) {
    answer = { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
  process.send?.(answer, () => {
    if (!("close" in order)) return
    // Not `process.exit()`: a handle that keeps the process running after its close must be noticed.
    process.off("disconnect", exit)
    process.disconnect()
  })
})

// Without a parent there is nothing left to do.
process.on("disconnect", exit)

function exit(): void {
  process.exit()
}
