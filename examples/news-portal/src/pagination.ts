/** One page of a list. */
export interface ListPage<Item> {
  readonly items: readonly Item[]
  /** From 1. */
  readonly number: number
  readonly count: number
  /** The addresses of the pages around this one; absent at the ends. */
  readonly newer?: string
  readonly older?: string
}

/**
 * The page of a list that the `page` parameter of the URL selects; the first by default. `undefined` if there is no such
 * page. An empty list has one page.
 */
export function paginate<Item>(items: readonly Item[], url: URL, size: number): ListPage<Item> | undefined {
  const asked = url.searchParams.get("page") ?? "1"
  if (!/^[1-9]\d{0,3}$/.test(asked)) return undefined
  const number = Number(asked)
  const count = Math.max(1, Math.ceil(items.length / size))
  if (number > count) return undefined
  return {
    items: items.slice((number - 1) * size, number * size),
    number,
    count,
    ...(number > 1 && { newer: addressOf(url, number - 1) }),
    ...(number < count && { older: addressOf(url, number + 1) }),
  }
}

function addressOf(url: URL, page: number): string {
  const parameters = new URLSearchParams(url.searchParams)
  if (page === 1) parameters.delete("page")
  else parameters.set("page", String(page))
  const query = parameters.toString()
  return query === "" ? url.pathname : `${url.pathname}?${query}`
}
