// Text goes into the page as text, never as markup: names, metadata and filters are other people's.
"use strict";
const at = id => document.getElementById(id);
const many = new Intl.NumberFormat("en");

function made(tag, text, name) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (name) node.className = name;
  return node;
}

function bytes(count) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (count >= 1024 && unit < units.length - 1) { count /= 1024; unit++; }
  return (unit === 0 || count >= 100 ? Math.round(count) : count.toFixed(1)) + " " + units[unit];
}

const milliseconds = ms => ms === null ? "-" : (ms >= 100 ? Math.round(ms) : ms.toPrecision(3)) + " ms";

// Columns that begin with ">" are numbers, those that begin with "<" long texts.
const kind = column => ({ ">": "number", "<": "text" })[column[0]] ?? "";

function fill(table, columns, rows, none, caption) {
  const head = made("tr");
  for (const column of columns) head.append(made("th", column.replace(/^[<>]/, ""), kind(column)));
  const body = made("tbody");
  for (const row of rows) {
    const line = made("tr");
    row.forEach((cell, i) => {
      const box = made("td", undefined, kind(columns[i]));
      box.append(cell);
      line.append(box);
    });
    body.append(line);
  }
  const top = made("thead");
  top.append(head);
  if (rows.length > 0) table.replaceChildren(...(caption ? [made("caption", caption)] : []), top, body);
  else table.replaceChildren(...(none ? [made("caption", none, "none")] : []));
}

function state(shard) {
  if (shard.error) return made("span", shard.error, shard.loading ? "none" : "bad");
  return shard.silo ? "serves" : made("span", "not loaded", "none");
}

function show(status) {
  at("where").textContent = `silo ${status.silo} of cluster ${status.cluster}, version ${status.version}`;
  const figures = [
    [many.format(status.rows), "rows"],
    [String(status.silos.length), status.silos.length === 1 ? "silo" : "silos"],
    [`${bytes(status.memory_used)} of ${bytes(status.memory_limit)}`, "memory of rows on this silo"],
    [milliseconds(status.latency_median_ms), "median of a shard's searches here, last minute"],
    [milliseconds(status.latency_99_ms), "99 of 100 are faster"],
    [bytes(status.bytes_per_second) + "/s", "read by searches here"],
  ];
  at("figures").replaceChildren(...figures.map(([value, what]) => {
    const box = made("div", undefined, "figure");
    box.append(made("b", value), made("span", what));
    return box;
  }));
  fill(at("indexes"), ["index", "vectors", ">rows", ">memory", ">stored", "shards"], status.indexes.map(index => {
    const serving = index.shards.filter(shard => shard.silo && !shard.error).length;
    const loaded = made("span");
    const bar = made("progress");
    bar.max = index.shards.length;
    bar.value = serving;
    loaded.append(bar, ` ${serving} of ${index.shards.length} loaded`);
    return index.damaged
      ? [index.name, made("span", index.damaged, "bad"), "", "", "", ""]
      : [index.name, index.vectors.map(vector => `${vector.name && vector.name + ": "}${many.format(vector.dimension)} ${vector.metric}`).join(", "), many.format(index.rows), bytes(index.memory), bytes(index.stored), loaded];
  }), "There is no index yet.");
  const shards = status.indexes.flatMap(index => index.shards.map(shard => ({ ...shard, index: index.name })));
  const tables = status.silos.map(silo => {
    const table = made("table");
    const here = shards.filter(shard => shard.silo === silo.name);
    fill(table, ["index", ">shard", ">rows", ">memory", "state"],
      here.map(shard => [shard.index, String(shard.shard), many.format(shard.rows), bytes(shard.memory), state(shard)]),
      `${silo.name}: no shard`, silo.name === silo.address ? silo.name : `${silo.name} (${silo.address})`);
    return table;
  });
  const nowhere = shards.filter(shard => !shard.silo);
  if (nowhere.length > 0) {
    const table = made("table");
    fill(table, ["index", ">shard", "state"], nowhere.map(shard => [shard.index, String(shard.shard), state(shard)]), "", "On no silo: the next call loads them");
    tables.push(table);
  }
  at("silos").replaceChildren(...tables);
  fill(at("slow"), ["ended", "index", ">took", ">queries", ">k", "<filter", ">rows", ">filtered", ">pruned", ">scanned", ">read", "slowest shard"], status.slow.map(search => [
    new Date(search.at).toLocaleTimeString(), search.index, milliseconds(search.ms), many.format(search.queries), many.format(search.k), search.filter,
    ...(search.error ? [made("span", search.error, "bad"), "", "", "", "", ""] : [
      many.format(search.rows), many.format(search.filtered), many.format(search.pruned), many.format(search.scanned), bytes(search.bytes), search.slowest])]),
    "None since this silo started.");
  // An index of several vectors is a choice for each; neither name has a line feed.
  const names = status.indexes.filter(index => !index.damaged).flatMap(index => index.vectors.map(vector => `${index.name}\n${vector.name}`));
  const choice = at("index");
  if (names.join("\n\n") !== [...choice.options].map(option => option.value).join("\n\n")) {
    const chosen = choice.value;
    choice.replaceChildren(...names.map(name => { const option = made("option", name.replace(/\n$/, "").replace("\n", ": ")); option.value = name; return option; }));
    if (names.includes(chosen)) choice.value = chosen;
  }
}

async function ask() {
  try {
    const answer = await fetch("/api/status", { cache: "no-store" });
    if (answer.status !== 200 && answer.status !== 503) throw new Error(`the silo answers ${answer.status}`);
    const status = await answer.json();
    if (!answer.ok) throw new Error(status.error);
    show(status);
    at("problem").hidden = true;
  } catch (error) {
    at("problem").textContent = `What is shown is old: ${error.message}`;
    at("problem").hidden = false;
  }
  setTimeout(ask, 2000);
}

at("search").addEventListener("submit", async event => {
  event.preventDefault();
  at("said").className = "";
  at("said").textContent = "Searching...";
  const [index, vectorName] = at("index").value.split("\n");
  try {
    const answer = await fetch("/api/search", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ index, vectorName, vector: at("vector").value, k: Number(at("k").value), filter: at("filter").value }),
    });
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.error);
    fill(at("hits"), [">rank", "id", ">distance", "<metadata"], found.hits.map((hit, i) => [String(i + 1), hit.id, hit.distance, hit.metadata]), "");
    fill(at("explain"), [">shard", "silo", ">rows", ">filtered", ">pruned", ">scanned", ">read", ">took", "plan"], found.shards.map(shard => [
      String(shard.shard), shard.silo, many.format(shard.rows), many.format(shard.filtered), many.format(shard.pruned), many.format(shard.scanned),
      bytes(shard.bytes), milliseconds(shard.ms), shard.plan]), "", "What each shard did");
    at("said").textContent = `${found.hits.length} ${found.hits.length === 1 ? "hit" : "hits"} in ${milliseconds(found.ms)}`;
  } catch (error) {
    at("hits").replaceChildren();
    at("explain").replaceChildren();
    at("said").className = "bad";
    at("said").textContent = error.message;
  }
});

ask();
