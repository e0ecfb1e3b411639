"use strict";
/* What every page stands on: data that come as scripts, elements that hold text and never markup, addresses. */

const XUSHI = (() => {
  const store = new Map();
  const asked = new Map();
  let build = null;

  /** Called by the data files; a file of other pages means that these have been replaced meanwhile. */
  function put(name, from, value) {
    build ??= from;
    if (from !== build) {
      document.body.classList.add("replaced");
      return;
    }
    store.set(name, value);
  }

  /** The value of a data file; the file is loaded when it is first asked for. */
  function load(name) {
    if (!asked.has(name)) {
      asked.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `data/${name}.js`;
        script.onload = () => (store.has(name) ? resolve(store.get(name)) : reject(new Error(name)));
        script.onerror = () => { asked.delete(name); reject(new Error(name)); };
        document.head.append(script);
      }));
    }
    return asked.get(name);
  }

  return { put, load };
})();

/** The rows of a table as objects, made once. */
const made = new WeakMap();
function objects(table) {
  if (!made.has(table)) {
    made.set(table, table.rows.map((row) => Object.fromEntries(table.columns.map((name, i) => [name, row[i]]))));
  }
  return made.get(table);
}

/** Key → row, of a table; `many` gives key → rows. */
function byKey(table, column) {
  return new Map(objects(table).map((row) => [row[column], row]));
}
function grouped(rows, of) {
  const groups = new Map();
  for (const row of rows) {
    const key = of(row);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(row);
  }
  return groups;
}

/** An element: texts become text nodes, so nothing that a district wrote is ever read as markup. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

/** Where the reader is: `#/route/argument?area=…&period=…&lang=en` and what else a page keeps in its address. */
function place() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [route, ...rest] = path.split("/").map(decoded);
  return { route: route || "overview", argument: rest.join("/"),
    query: Object.fromEntries(new URLSearchParams(query)) };
}
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const KEPT = ["area", "period", "lang"];
/** An address: area, period and language stay unless they are given. */
function to(route, query = {}, argument = "") {
  const now = place().query;
  const all = { ...Object.fromEntries(KEPT.map((name) => [name, now[name]])), ...query };
  const pairs = Object.entries(all).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const words = new URLSearchParams(pairs).toString();
  return `#/${route}${argument ? `/${encodeURIComponent(argument)}` : ""}${words ? `?${words}` : ""}`;
}

/** Views register here: name → an async function of what is shown, that gives the elements of the page. */
const VIEWS = {};
