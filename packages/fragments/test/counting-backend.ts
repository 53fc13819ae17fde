import { LocmemBackend } from "@larder/locmem"

/** Notes what it is asked for. */
export class CountingBackend extends LocmemBackend {
  readonly calls: string[] = []

  override get(key: string): ReturnType<LocmemBackend["get"]> {
    this.calls.push("get")
    return super.get(key)
  }

  override getMany(keys: readonly string[]): ReturnType<LocmemBackend["getMany"]> {
    this.calls.push(`getMany ${keys.length}`)
    return super.getMany(keys)
  }

  override setMany(...[entries, ttl]: Parameters<LocmemBackend["setMany"]>): ReturnType<LocmemBackend["setMany"]> {
    this.calls.push(`setMany ${entries.length}`)
    return super.setMany(entries, ttl)
  }
}
