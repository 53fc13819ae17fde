import { type Context, context, type Span, trace } from "@opentelemetry/api"
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks"
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base"
import { onTestFinished } from "vitest"
import { type OpenTelemetrySpansOptions, openTelemetrySpans } from "../src/opentelemetry.js"

export interface Traced {
  readonly stop: () => void
  readonly spans: () => ReadableSpan[]
  /** Runs in a span, as instrumentations of HTTP servers do. Returns the span's id. */
  readonly inRequest: (work: () => Promise<unknown>) => Promise<string>
  /** The names of the spans inside that one, as a tree. */
  readonly tree: (parent: string | undefined) => Tree
}

export interface Tree {
  readonly [name: string]: Tree
}

interface TracedOptions extends OpenTelemetrySpansOptions {
  readonly sampler?: Sampler
  readonly processors?: readonly SpanProcessor[]
}

/** What a traced program has: the SDK with a context manager, and spans of caches. All ends with the test. */
export function traced({ sampler, processors = [], ...options }: TracedOptions = {}): Traced {
  const exporter = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({
    sampler: new ParentBasedSampler({ root: sampler ?? new AlwaysOnSampler() }),
    spanProcessors: [...processors, new SimpleSpanProcessor(exporter)],
  })
  const manager = new AsyncLocalStorageContextManager()
  context.setGlobalContextManager(manager.enable())
  // As version 1.10 of the API has it: Node 25.9 and later need it.
  Object.assign(context, { attach: (active: Context) => manager.attach(active) })
  const stop = openTelemetrySpans({ ...options, tracerProvider })
  onTestFinished(() => {
    stop()
    context.disable()
    Reflect.deleteProperty(context, "attach")
  })
  const tracer = tracerProvider.getTracer("application")
  const spans = (): ReadableSpan[] => exporter.getFinishedSpans()
  const tree = (parent: string | undefined): Tree =>
    Object.fromEntries(
      spans()
        .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
        .map((span) => [span.name, tree(span.spanContext().spanId)]),
    )
  return {
    stop,
    spans,
    tree,
    inRequest: (work) =>
      tracer.startActiveSpan("request", async (span: Span) => {
        try {
          await work()
        } finally {
          span.end()
        }
        return span.spanContext().spanId
      }),
  }
}

/** The id of the span that is active here. */
export function activeSpanId(): string | undefined {
  return trace.getActiveSpan()?.spanContext().spanId
}
