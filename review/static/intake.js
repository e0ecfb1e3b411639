// Files that are dropped onto the form or chosen one after the other; every page works without this file too.
"use strict";

document.querySelectorAll("form.intake .drop").forEach((place) => {
  const form = place.closest("form");
  const input = place.querySelector("input[type=file]");
  const list = place.querySelector(".chosen");
  const told = place.querySelector(".limit");
  const most = { files: Number(form.dataset.files), one: Number(form.dataset.fileBytes), all: Number(form.dataset.batchBytes) };
  const size = (bytes) => (bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

  function problem(files) {
    if (files.length > most.files) return told.dataset.tooMany;
    const large = files.find((file) => file.size > most.one);
    if (large) return `${told.dataset.tooLarge}${large.name} ${size(large.size)}`;
    const all = files.reduce((sum, file) => sum + file.size, 0);
    return all > most.all ? `${told.dataset.tooLarge}${size(all)}` : "";
  }

  function show() {
    const files = Array.from(input.files);
    list.replaceChildren(...files.map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name}  ${size(file.size)}`;
      return item;
    }));
    told.textContent = problem(files);
    told.hidden = told.textContent === "";
    input.setCustomValidity(told.textContent);
  }

  input.addEventListener("change", show);
  ["dragenter", "dragover"].forEach((name) => place.addEventListener(name, (event) => {
    event.preventDefault();
    place.classList.add("over");
  }));
  ["dragleave", "drop"].forEach((name) => place.addEventListener(name, () => place.classList.remove("over")));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    const kept = new DataTransfer();
    [...input.files, ...event.dataTransfer.files].forEach((file) => kept.items.add(file));
    input.files = kept.files;
    show();
  });
  show();
});
