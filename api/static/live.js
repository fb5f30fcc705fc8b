// Keeps the page true without reloading it: asks for the live part every two seconds and changes what differs.
"use strict";

const EVERY_MS = 2000;
const PATIENCE_MS = 15000;

const live = document.getElementById("live");
const lost = document.getElementById("lost");
let last = "";

/** Bring `shown` to what `fresh` holds; rows that stay are not touched, so scrolling and selection stay too. */
function merge(shown, fresh) {
  const kept = new Map(Array.from(shown.rows, (row) => [row.id, row]));
  let place = shown.firstElementChild;
  for (const row of Array.from(fresh.rows)) {
    const old = kept.get(row.id);
    kept.delete(row.id);
    if (old && old.innerHTML === row.innerHTML) {
      if (old === place) place = place.nextElementSibling;
      else shown.insertBefore(old, place);
    } else {
      if (old === place) place = place && place.nextElementSibling;
      if (old) old.remove();
      else row.classList.add("fresh");
      shown.insertBefore(row, place);
    }
  }
  for (const row of kept.values()) row.remove();
}

function show(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const state = document.getElementById("state");
  const freshState = fresh.content.getElementById("state");
  if (state.innerHTML !== freshState.innerHTML) state.replaceWith(freshState);
  else state.dataset.at = freshState.dataset.at;
  const calls = document.querySelector("#calls tbody");
  const freshCalls = fresh.content.querySelector("#calls tbody");
  if (calls && freshCalls) merge(calls, freshCalls);
  else document.getElementById("calls").replaceWith(fresh.content.getElementById("calls"));
}

async function update() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/live", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const html = await answer.text();
    if (html !== last) show(html);
    last = html;
    lost.hidden = true;
  } catch {
    if (!lost.hidden) return;
    document.getElementById("lost-since").textContent = document.getElementById("state").dataset.at;
    lost.hidden = false;
  }
}

async function keepUpdating() {
  await update();
  setTimeout(keepUpdating, EVERY_MS);
}

document.addEventListener("visibilitychange", update);
setTimeout(keepUpdating, EVERY_MS);
