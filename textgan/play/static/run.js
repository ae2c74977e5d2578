// A trained run: asks what the generator makes of noise, then what the discriminator thinks of it.
import { at, connect, showWrong } from "./talk.js";

const fields = [...document.querySelectorAll("#fields [name]")];
const numbers = [...document.querySelectorAll("input.number")];
let about = {}, own = {}, made = null, dirty = false, busy = false;

const say = (text) => { at("status").textContent = text; };
const ask = connect(() => say("The server is gone. Start textgan play again, and load this page again."));

function make(tag, text = "", values = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  return Object.assign(element, values);
}

function question(act) {
  const held = Object.fromEntries(fields.map((field) => [field.name, field.value]));
  return { do: act, fields: held, own, layer: at("layer").value };
}

// Ask until nothing has changed since; judge when there is time.
async function refresh() {
  dirty = true;
  if (busy || !about.kind) return;
  busy = true;
  while (dirty) {
    dirty = false;
    const answer = await ask(question("make"));
    if (showWrong(answer, say)) continue;
    showMade(answer);
    if (dirty) continue;
    const thought = await ask(question("judge"));
    if (!dirty && !showWrong(thought, say)) showJudged(thought);
  }
  busy = false;
}

function showMade(answer) {
  made = answer;
  say(`step ${about.step.toLocaleString("en")}, the newest checkpoint`);
  showNumbers();
  showWay(answer.way);
  if (answer.words) showSentence(answer.words);
  if (answer.picture) at("picture").src = answer.picture;
  if (answer.row) fill(at("row"), [answer.row]);
}

function showJudged(answer) {
  at("judged").textContent = `Judged ${answer.judged.toFixed(2)}; real ones ${about.usual.toFixed(2)} on average.`;
  if (answer.parts) colour(answer.parts);
  if (answer.drawn) fill(at("drawn"), answer.drawn);
  if (answer.maps) {
    at("maps").src = answer.maps;
    at("maps-title").textContent = `What ${at("layer").value} holds`;
    at("saliency").replaceChildren(...answer.saliency.map(([method, picture]) => {
      const figure = make("figure");
      figure.append(make("img", "", { src: picture, alt: `Map of ${method}` }), make("figcaption", method));
      return figure;
    }));
  }
}

function showSentence(words) {
  at("sentence").replaceChildren(...words.map((near, place) => {
    const word = make("button", near[0][0], { type: "button", className: "word" });
    for (const act of ["mouseenter", "focus", "click"]) word.addEventListener(act, () => showNear(place));
    return word;
  }));
  at("near").textContent = "Point at a word, or tap it, for the words nearest to its point.";
}

function showNear(place) {
  const list = make("ol");
  list.append(...made.words[place].map(([word, distance]) => make("li", `${word} ${distance.toFixed(3)}`)));
  const part = at("sentence").children[place].dataset.note;
  at("near").replaceChildren(make("p", `Nearest to the point of word ${place + 1}, with cosine distances:`), list,
    make("p", part ? `It adds ${part} to the judgement.` : ""));
}

function colour(parts) {
  parts.forEach(([weight, note], place) => {
    const word = at("sentence").children[place];
    word.style.setProperty("--weight", `${Math.round(70 * Math.abs(weight))}%`);
    word.dataset.speaks = weight > 0 ? "real" : "fake";
    word.dataset.note = note;
  });
}

function showWay(way) {
  const go = (place) => { at("share").value = place / (way.length - 1); own = {}; shareShown(at("share")); refresh(); };
  const share = (place) => `${Math.round(100 * place / (way.length - 1))}%`;
  at("way").replaceChildren(...way.map((sample, place) => {
    const button = make("button", share(place), { type: "button" });
    if (about.kind === "image") button.append(make("img", "", { src: sample, alt: "" }));
    else button.append(make("span", about.kind === "table" ? sample.join("  |  ") : sample || "(nothing)"));
    button.addEventListener("click", () => go(place));
    return button;
  }));
}

function fill(table, rows) {
  const head = make("tr");
  head.append(...about.columns.map((name) => make("th", name, { scope: "col" })));
  table.replaceChildren(head, ...rows.map((row) => {
    const line = make("tr");
    line.append(...row.map((cell) => make("td", cell)));
    return line;
  }));
}

function showNumbers() {
  const first = Number(at("block").value);
  numbers.forEach((slider, index) => {
    const place = first + index, line = slider.parentElement;
    line.hidden = place >= about.size;
    if (line.hidden) return;
    line.querySelector("label").textContent = `${place + 1}`;
    if (document.activeElement !== slider) slider.value = made.noise[place];
    line.querySelector("output").textContent = made.noise[place].toFixed(2);
    line.classList.toggle("own", String(place) in own);
  });
}

function shareShown(field) {
  const shown = field.parentElement.querySelector("output");
  if (shown) shown.textContent = field.value;
}

function offer(select, choices) {
  select.append(...choices.map(([value, title]) => make("option", title, { value })));
}

function open(answer) {
  if (showWrong(answer, say)) return;
  about = answer;
  const blocks = Array.from({ length: Math.ceil(about.size / numbers.length) }, (_, index) => index * numbers.length);
  offer(at("block"), blocks.map((first) => [first, `${first + 1} to ${Math.min(about.size, first + numbers.length)}`]));
  offer(at("label"), about.labels);
  offer(at("layer"), (about.layers || []).map((name) => [name, name]));
  at("with-label").hidden = !about.labels.length;
  at("with-layer").hidden = !about.layers;
  refresh();
}

for (const field of fields) field.addEventListener("input", () => {
  if (["seed", "towards", "share"].includes(field.name)) own = {};
  shareShown(field);
  refresh();
});
numbers.forEach((slider, index) => slider.addEventListener("input", () => {
  own[Number(at("block").value) + index] = Number(slider.value);
  refresh();
}));
at("layer").addEventListener("change", refresh);
at("block").addEventListener("change", showNumbers);
at("let-go").addEventListener("click", () => { own = {}; refresh(); });
at("fields").addEventListener("submit", (event) => event.preventDefault());
ask({ do: "open" }).then(open);
