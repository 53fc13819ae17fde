import { inspect } from "node:util"
import { type Operation, type OperationSubscribers, operations } from "@larder/core"
import {
  type Context,
  context,
  isSpanContextValid,
  type Span,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api"
import { ContextStore } from "./context-store.js"
import { guarded } from "./guarded.js"
import { checkNames } from "./metrics-options.js"
import { SCOPE } from "./opentelemetry-attributes.js"
import { errorType, resultOf } from "./operation-result.js"

/** The options of `openTelemetrySpans`. */
export interface OpenTelemetrySpansOptions {
  /** Creates the tracer. Default: the global provider. */
  readonly tracerProvider?: TracerProvider
  /** Creates spans only inside an active span, such as that of a request. Default: true. */
  readonly requireParentSpan?: boolean
}

/**
 * Creates a span for each operation of all caches of this process, as a child of the active span. Producers run in the span of
 * their `getOrSet`. Returns a function that stops it; spans of running operations still end. Throws a `TypeError` for invalid
 * options.
 */
export function openTelemetrySpans(options: OpenTelemetrySpansOptions = {}): () => void {
  checkNames(options, ["tracerProvider", "requireParentSpan"])
  const { tracerProvider = trace, requireParentSpan = true } = options
  if (typeof requireParentSpan !== "boolean") {
    throw new TypeError(`requireParentSpan must be true or false; got ${inspect(requireParentSpan)}`)
  }
  const spans = new OperationSpans(tracerProvider.getTracer(SCOPE), requireParentSpan)
  const store = new ContextStore()
  const start = guarded((operation: Operation) => spans.start(operation))
  const subscribers: OperationSubscribers = { asyncEnd: guarded((operation) => spans.end(operation)) }
  operations.start.bindStore(store, (operation) => start(operation as Operation) ?? context.active())
  operations.subscribe(subscribers)
  return () => {
    operations.start.unbindStore(store)
    operations.unsubscribe(subscribers)
  }
}

class OperationSpans {
  readonly #tracer: Tracer
  readonly #requireParentSpan: boolean
  readonly #spans = new WeakMap<Operation, Span>()

  constructor(tracer: Tracer, requireParentSpan: boolean) {
    this.#tracer = tracer
    this.#requireParentSpan = requireParentSpan
  }

  /** Returns the context to run the operation in. */
  start(operation: Operation): Context {
    const parentSpan = operation.parent && this.#spans.get(operation.parent)
    const active = context.active()
    const outer = parentSpan === undefined ? active : trace.setSpan(active, parentSpan)
    const spanContext = trace.getSpanContext(outer)
    if (this.#requireParentSpan && (spanContext === undefined || !isSpanContextValid(spanContext))) return active
    const { alias, backend, keys, operation: name } = operation
    const attributes = {
      "larder.alias": alias,
      "larder.backend": backend,
      "larder.operation": name,
      "larder.key.count": keys.length,
    }
    const span = this.#tracer.startSpan(`larder.${name}`, { attributes }, outer)
    this.#spans.set(operation, span)
    return trace.setSpan(outer, span)
  }

  end(operation: Operation): void {
    const span = this.#spans.get(operation)
    if (span === undefined) return
    if (span.isRecording()) describe(span, operation)
    span.end()
  }
}

/** Leaves out the message of an error, which can contain keys and addresses. */
function describe(span: Span, operation: Operation): void {
  const { bytes, error, hits } = operation
  span.setAttribute("larder.result", resultOf(operation))
  if (hits !== undefined) span.setAttribute("larder.hit.count", hits.filter((hit) => hit).length)
  if (bytes !== undefined) span.setAttribute("larder.io", bytes)
  if (error === undefined) return
  span.setAttribute("error.type", errorType(error))
  span.setStatus({ code: SpanStatusCode.ERROR })
}
