import { Markup } from "../html.js"

/**
 * Fetches the page again every two seconds, and changes only what differs: selection and focus stay. It needs no connection
 * that stays open. Nothing is fetched while the page is hidden or paused; after failures it waits longer, up to half a minute.
 */
export const pageScript: Markup = new Markup(`
const every = 2000, longest = 30000
const { origin, pathname, search } = location
const main = document.querySelector("main")
const state = document.getElementById("state")
const pause = document.getElementById("pause")
let paused = false, over = false, failures = 0, timer, fetching

function show(text, lost = false) {
  if (state.textContent !== text) state.textContent = text
  state.classList.toggle("lost", lost)
}

function update(old, fresh) {
  if (old.nodeName !== fresh.nodeName || old.childNodes.length !== fresh.childNodes.length) {
    old.replaceWith(document.importNode(fresh, true))
  } else if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data
  } else {
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name)
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value)
    const children = [...fresh.childNodes]
    for (const [index, child] of [...old.childNodes].entries()) update(child, children[index])
  }
}

async function load() {
  const response = await fetch(origin + pathname + search, { cache: "no-store", signal: AbortSignal.timeout(10000) })
  if (response.status === 403) over = true
  // Without its style, whose nonce is not that of this page.
  const [markup = ""] = (await response.text()).match(/<main>.*<\\/main>/s) ?? []
  const fresh = new DOMParser().parseFromString(markup, "text/html").querySelector("main")
  if (!response.ok || fresh === null) throw new Error("status " + response.status)
  if (!paused) update(main, fresh)
}

async function tick() {
  if (fetching || paused || over || document.hidden) return
  clearTimeout(timer)
  fetching = true
  try {
    await load()
    failures = 0
    if (!paused) show("Live")
  } catch {
    failures++
    show(over ? "You may not see this any more" : "No answer; trying again", true)
  }
  fetching = false
  timer = setTimeout(tick, Math.min(every * 2 ** failures, longest))
}

pause.hidden = false
pause.addEventListener("click", () => {
  paused = !paused
  pause.textContent = paused ? "Resume" : "Pause"
  if (paused) show("Paused")
  else tick()
})
document.addEventListener("visibilitychange", tick)
show("Live")
timer = setTimeout(tick, every)
`)
