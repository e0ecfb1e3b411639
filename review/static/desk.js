// Keys for a working day, and a page that waits for its trial; every page works without this file too.
"use strict";

const isTyping = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea") !== null;

function rows() {
  return Array.from(document.querySelectorAll("tr[data-row]"));
}

function move(step) {
  const all = rows();
  if (all.length === 0) return false;
  const now = all.findIndex((row) => row.classList.contains("at"));
  const next = Math.min(all.length - 1, Math.max(0, now + step));
  all.forEach((row, place) => row.classList.toggle("at", place === next));
  all[next].querySelector("a.open").focus();
  return true;
}

function press(key) {
  const current = document.querySelector("tr[data-row].at");
  if (key === "j" && move(1)) return true;
  if (key === "k" && move(-1)) return true;
  if (key === "x" && current) {
    const box = current.querySelector("input[type=checkbox]");
    if (box) box.checked = !box.checked;
    return true;
  }
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.tagName === "A") target.click();
  else if (target.tagName === "DETAILS") {
    target.open = true;
    target.querySelector("select, input:not([type=hidden])").focus();
  } else target.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (press(event.key)) event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) {
    document.querySelectorAll("input[name=chosen]").forEach((box) => { box.checked = event.target.checked; });
  }
});

async function wait(place) {
  const answer = await fetch(place.dataset.poll, { headers: { Accept: "application/json" } });
  const { state } = answer.ok ? await answer.json() : { state: "gone" };
  if (state === "waiting" || state === "running") setTimeout(() => wait(place), 1000);
  else location.reload();
}

document.querySelectorAll("[data-poll]").forEach((place) => setTimeout(() => wait(place), 1000));

document.querySelectorAll("form[data-wait]").forEach((form) => form.addEventListener("submit", () => {
  form.querySelectorAll("button").forEach((button) => { button.disabled = true; });
  form.querySelector("progress").hidden = false;
}));

document.querySelectorAll("[data-set-all]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.form.querySelectorAll("select[name^='status:']").forEach((select) => { select.value ||= button.dataset.setAll; });
  });
});
