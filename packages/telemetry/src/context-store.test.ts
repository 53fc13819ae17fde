import { channel } from "node:diagnostics_channel"
import { type Context, context, createContextKey, ROOT_CONTEXT } from "@opentelemetry/api"
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks"
import { afterEach, beforeEach, expect, it } from "vitest"
import { ContextStore } from "./context-store.js"

const key = createContextKey("a test")
const inner: Context = ROOT_CONTEXT.setValue(key, "inner")
const manager = new AsyncLocalStorageContextManager()

beforeEach(() => {
  context.setGlobalContextManager(manager.enable())
})

afterEach(() => {
  context.disable()
})

it("is entered by a channel that is bound to it", async () => {
  const api = Object.assign(context, { attach: (active: Context) => manager.attach(active) })
  const published = channel("larder:test:context-store")
  const store = new ContextStore()
  published.bindStore(store, () => inner)
  const seen = await published.runStores({}, async () => {
    const before = context.active().getValue(key)
    await new Promise((resolve) => setImmediate(resolve))
    return [before, context.active().getValue(key)]
  })
  published.unbindStore(store)
  Reflect.deleteProperty(api, "attach")
  expect(seen).toEqual(["inner", "inner"])
  expect(context.active()).toBe(ROOT_CONTEXT)
})

it("enters a scope if the API has attach", () => {
  const scope = context.with(ROOT_CONTEXT, () => {
    Object.assign(context, { attach: (active: Context) => manager.attach(active) })
    const entered = new ContextStore().withScope(inner)
    expect(context.active()).toBe(inner)
    entered[Symbol.dispose]()
    return context.active()
  })
  Reflect.deleteProperty(context, "attach")
  expect(scope).toBe(ROOT_CONTEXT)
})

it("does not change the active context if the API lacks attach", () => {
  const scope = new ContextStore().withScope(inner)
  expect(context.active()).toBe(ROOT_CONTEXT)
  scope[Symbol.dispose]()
  expect(context.active()).toBe(ROOT_CONTEXT)
})
