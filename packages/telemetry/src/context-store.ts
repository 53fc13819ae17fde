import { AsyncLocalStorage } from "node:async_hooks"
import { type Context, type ContextAPI, context } from "@opentelemetry/api"

/** What `context` has since version 1.10 of the API. */
interface AttachableContext extends ContextAPI {
  attach(active: Context): { dispose(): void }
}

/**
 * The context of OpenTelemetry, as a store that a channel can be bound to: what runs in this store runs in the application's
 * context manager, whatever that is. It keeps nothing itself.
 */
export class ContextStore extends AsyncLocalStorage<Context> {
  /** How channels enter a store, up to Node 25.8. */
  override run<Result>(active: Context, callback: () => Result): Result
  override run<Result, Args extends unknown[]>(
    active: Context,
    callback: (...args: Args) => Result,
    ...args: Args
  ): Result {
    return context.with(active, callback, undefined, ...args)
  }

  /**
   * How channels enter a store since Node 25.9. Without `attach`, in older versions of the API, nothing can enter a context
   * like this; then the active one stays what it is.
   */
  withScope(active: Context): Disposable {
    const scope = canAttach(context) ? context.attach(active) : undefined
    return { [Symbol.dispose]: () => scope?.dispose() }
  }
}

function canAttach(api: ContextAPI): api is AttachableContext {
  return "attach" in api && typeof api.attach === "function"
}
