import { AsyncLocalStorage } from "node:async_hooks"
import { type Context, type ContextAPI, context } from "@opentelemetry/api"

/** `context` since version 1.10 of the API. */
interface AttachableContext extends ContextAPI {
  attach(active: Context): { dispose(): void }
}

/**
 * Adapts OpenTelemetry's context to a store that a channel can be bound to. Entering the store enters a context in the
 * application's context manager. It has no state of its own.
 */
export class ContextStore extends AsyncLocalStorage<Context> {
  /** Called by channels up to Node 25.8. */
  override run<Result>(active: Context, callback: () => Result): Result
  override run<Result, Args extends unknown[]>(
    active: Context,
    callback: (...args: Args) => Result,
    ...args: Args
  ): Result {
    return context.with(active, callback, undefined, ...args)
  }

  /**
   * Called by channels since Node 25.9. Older versions of the API lack `attach` and cannot enter a context this way; then the
   * active context does not change.
   */
  withScope(active: Context): Disposable {
    const scope = canAttach(context) ? context.attach(active) : undefined
    return { [Symbol.dispose]: () => scope?.dispose() }
  }
}

function canAttach(api: ContextAPI): api is AttachableContext {
  return "attach" in api && typeof api.attach === "function"
}
