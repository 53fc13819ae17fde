import { Markup } from "../html.js"

/**
 * Fetches the page every two seconds and updates only what changed, so that selection and focus are kept. It does not fetch
 * while the page is hidden or paused. After failures it waits longer, up to 30 seconds. If a process answers again after
 * another one has, requests reach several processes.
 */
export const pageScript: Markup = new Markup(`
const interval = 2000, maxInterval = 30000
const { origin, pathname, search } = location
const main = document.querySelector("main")
const state = document.getElementById("state")
const pause = document.getElementById("pause")
const processes = new Set()
let paused = false, denied = false, failures = 0, several = false, timer, fetching, answering

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

function noteProcess() {
  const { innerHTML } = document.getElementById("process")
  if (innerHTML !== answering && processes.has(innerHTML)) several = true
  processes.add(innerHTML)
  answering = innerHTML
}

function showLive() {
  show(several ? "Live, but from " + processes.size + " processes in turn; each counts for itself" : "Live", several)
}

async function load() {
  const response = await fetch(origin + pathname + search, { cache: "no-store", signal: AbortSignal.timeout(10000) })
  if (response.status === 403) denied = true
  // Parse only main: this page's policy blocks the style of the new page, which has another nonce.
  const [markup = ""] = (await response.text()).match(/<main>.*<\\/main>/s) ?? []
  const fresh = new DOMParser().parseFromString(markup, "text/html").querySelector("main")
  if (!response.ok || fresh === null) throw new Error("status " + response.status)
  if (paused) return
  update(main, fresh)
  noteProcess()
}

async function tick() {
  if (fetching || paused || denied || document.hidden) return
  clearTimeout(timer)
  fetching = true
  try {
    await load()
    failures = 0
    if (!paused) showLive()
  } catch {
    failures++
    show(denied ? "Access denied" : "Server not responding; retrying", true)
  }
  fetching = false
  timer = setTimeout(tick, Math.min(interval * 2 ** failures, maxInterval))
}

pause.hidden = false
pause.addEventListener("click", () => {
  paused = !paused
  pause.textContent = paused ? "Resume" : "Pause"
  if (paused) show("Paused")
  else tick()
})
document.addEventListener("visibilitychange", tick)
noteProcess()
showLive()
timer = setTimeout(tick, interval)
`)
