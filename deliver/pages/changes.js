"use strict";
(function () {
  const root = document.documentElement;
  const titles = { "zh-CN": root.dataset.zh, en: root.dataset.en };
  function speak(language) {
    root.lang = language;
    if (titles[language]) document.title = titles[language];
  }
  for (const button of document.querySelectorAll("[data-switch]")) {
    button.addEventListener("click", () => speak(root.lang === "en" ? "zh-CN" : "en"));
  }

  const chips = Array.from(document.querySelectorAll(".chip"));
  const rows = Array.from(document.querySelectorAll("[data-tags]"));
  const sections = Array.from(document.querySelectorAll("section[data-section]"));
  function show() {
    const wanted = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.tag);
    for (const row of rows) {
      const tags = row.dataset.tags.split(" ");
      row.hidden = wanted.length > 0 && !wanted.some((tag) => tags.includes(tag));
    }
    for (const section of sections) {
      section.hidden = wanted.length > 0 && !section.querySelector("[data-tags]:not([hidden])");
    }
  }
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      show();
    });
  }
  // What is printed is everything, whatever is filtered on the screen.
  let kept = [];
  window.addEventListener("beforeprint", () => {
    kept = [...rows, ...sections].filter((element) => element.hidden);
    for (const element of kept) element.hidden = false;
  });
  window.addEventListener("afterprint", () => {
    for (const element of kept) element.hidden = true;
  });
})();
