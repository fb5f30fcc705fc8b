// What all pages do beside htmx: tell when the service can't be reached, and when a live page is no longer true.
"use strict";

const PATIENCE_MS = 15000;

/** Shows the message for a request that reached nobody. */
document.addEventListener("htmx:sendError", () => {
  document.getElementById("toasts").append(document.getElementById("unreachable").content.cloneNode(true));
});

// A message about what a button did takes the focus, for its own buttons; closed, it gives it back.
let pressed = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.closest(".acts")) pressed = event.detail.elt.getAttribute("hx-post");
});
document.addEventListener("hidden.bs.toast", (event) => {
  event.target.remove();
  document.querySelector(`[hx-post="${pressed}"]`)?.focus();
});

// A live page: the service sends something every few seconds, so silence means that the connection is gone, even
// where the browser has not noticed. Pages that nobody sees let go of theirs and take it up again when they are
// looked at: a browser allows six to one host.
const live = document.querySelector("[sse-connect]");

if (live) {
  const lost = document.getElementById("lost");
  let source = null;
  let silence = 0;

  const reconnect = () => {
    if (source) source.close();
    if (source) source.dispatchEvent(new Event("error"));
  };
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      lost.hidden = false;
      reconnect();
    }, PATIENCE_MS);
  };

  live.addEventListener("htmx:sseOpen", (event) => {
    source = event.detail.source;
    if (document.hidden) source.close();
    else listen();
  });
  live.addEventListener("htmx:sseMessage", () => {
    lost.hidden = true;
    listen();
  });
  live.addEventListener("htmx:sseError", async () => {
    if (!document.hidden) lost.hidden = false;
    // Who is signed in is sent on from the sign-in page; who is not any more is brought to it.
    const answer = await fetch("/sign-in", { redirect: "manual", cache: "no-store" }).catch(() => null);
    if (answer?.ok) location.reload();
  });
  document.addEventListener("visibilitychange", () => {
    clearTimeout(silence);
    if (document.hidden) {
      if (source) source.close();
    } else {
      reconnect();
    }
  });

  // A new call is shown in a colour that fades; nothing of it is kept in the page, which is compared anew later.
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  Idiomorph.defaults.callbacks.afterNodeAdded = (node) => {
    if (node.classList?.contains("call") && !calm.matches) {
      node.animate([{ backgroundColor: "var(--fresh)" }, {}], { duration: 3000, easing: "ease-out" });
    }
  };
}
