"use strict";
// The page works without this. With it, search answers at once and the list keeps itself up to date: the page is asked
// for again, and what differs in it takes the place of what is here. So there is one template, and it is the server's.
(() => {
  const EVERY_SECONDS = 5, STALE_SECONDS = 30;
  const find = (id) => document.getElementById(id);
  const services = () => [...find("services").children];
  const input = find("q"), form = find("search"), told = find("told");
  let show = form.querySelector("[aria-pressed=true]")?.value ?? "all";
  let age = Number.parseFloat(find("fresh").dataset.age), silent = 0;

  function filter(aloud) {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const service of services()) {
      const kinds = { unhealthy: service.dataset.health === "unhealthy", canary: service.dataset.canary !== "" };
      const text = service.dataset.text.toLowerCase();
      service.hidden = !(words.every((word) => text.includes(word)) && (kinds[show] ?? true));
      shown += !service.hidden;
    }
    find("empty").hidden = shown > 0;
    if (aloud) told.textContent = `${shown} of ${services().length} services shown`;
  }

  function choose(name) {
    show = name;
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", button.value === name);
    remember();
    filter(true);
  }

  function remember() {
    const query = new URLSearchParams();
    if (input.value) query.set("q", input.value);
    if (show !== "all") query.set("show", show);
    history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  }

  function sayAge() {
    const stale = !(age <= STALE_SECONDS) || silent > STALE_SECONDS;
    const [value, unit] = age >= 60 ? [Math.floor(age / 60), "min"] : [Math.floor(age), "s"];
    const read = Number.isNaN(age) ? "Read at an unknown time" : `Read ${value} ${unit} ago`;
    find("age").textContent = silent > 2 * EVERY_SECONDS ? `No answer for ${Math.floor(silent)} s` : read;
    find("fresh").classList.toggle("stale", stale);
  }

  function differences(before, after) {
    const said = [];
    if (before.dataset.health !== after.dataset.health) said.push(`${after.dataset.name} is now ${after.dataset.health}`);
    if (before.dataset.canary !== after.dataset.canary) {
      const weight = after.dataset.canary;
      said.push(weight ? `canary of ${after.dataset.name}: ${weight} %` : `${after.dataset.name} has no canary any more`);
    }
    return said;
  }

  function takeServices(fresh) {
    const here = new Map(services().map((service) => [service.id, service]));
    const said = [];
    for (const after of [...fresh.getElementById("services").children]) {
      const before = here.get(after.id);
      after.hidden = before?.hidden ?? false;
      here.delete(after.id);
      if (before?.isEqualNode(after)) {
        find("services").append(before);
        continue;
      }
      const news = before ? differences(before, after) : [`${after.dataset.name} is new`];
      said.push(...news);
      if (news.length) after.classList.add("changed");
      const hadFocus = before?.contains(document.activeElement) ? document.activeElement.className : null;
      before?.remove();
      find("services").append(after);
      if (hadFocus !== null) (after.querySelector(hadFocus ? `a.${hadFocus}` : "a") ?? after).focus();
    }
    for (const [, gone] of here) {
      said.push(`${gone.dataset.name} is gone`);
      gone.remove();
    }
    return said;
  }

  function take(fresh) {
    const opened = find("notices").querySelector("details")?.open;
    find("notices").replaceWith(fresh.getElementById("notices"));
    const details = find("notices").querySelector("details");
    if (details && opened) details.open = true;
    for (const count of fresh.querySelectorAll("[data-count]")) {
      form.querySelector(`[data-count=${count.dataset.count}]`).textContent = count.textContent;
    }
    age = Number.parseFloat(fresh.getElementById("fresh").dataset.age);
    const said = takeServices(fresh);
    filter(false);
    if (said.length) told.textContent = said.length > 5 ? `${said.length} changes in the list` : said.join("; ");
  }

  async function refresh() {
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(5000) });
      if (!answer.ok) return;
      take(new DOMParser().parseFromString(await answer.text(), "text/html"));
      silent = 0;
    } catch {
      // The door does not answer: the age says so.
    }
  }

  input.addEventListener("input", () => { remember(); filter(true); });
  form.addEventListener("submit", (event) => { event.preventDefault(); if (event.submitter?.value) choose(event.submitter.value); });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && document.activeElement !== input) { event.preventDefault(); input.focus(); input.select(); }
    if (event.key === "Escape" && document.activeElement === input) { input.value = ""; remember(); filter(true); }
    if (event.key === "Enter" && document.activeElement === input) { event.preventDefault(); services().find((service) => !service.hidden)?.querySelector("a").focus(); }
  });
  setInterval(() => { age += 1; silent += 1; sayAge(); }, 1000);
  setInterval(() => { if (!document.hidden) refresh(); }, EVERY_SECONDS * 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
})();
