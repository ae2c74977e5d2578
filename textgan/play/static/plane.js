// The game in the plane: asks for a picture, draws it, and asks for the next.
import { at, connect, showWrong } from "./talk.js";
import { drawCurve, drawPlane, noteRow, noteTail } from "./draw.js";

const presets = JSON.parse(at("presets").textContent);
const fields = [...document.querySelectorAll("#fields [name]")];
const buttons = [...document.querySelectorAll("[data-preset]")];
const curves = [...document.querySelectorAll("[data-curve]")];
const view = { reach: 3.2, real: null, frame: null, tails: [] };
const names = {
  "": "Too early to tell.", healthy: "Healthy:", discriminator_wins: "The discriminator wins:",
  vanishing_gradient: "Vanishing gradient:", mode_collapse: "Collapse:", oscillation: "Circling:",
};
let preset = "ring", rows = [], changes = [], playing = false, times = [], looping = false;

const ask = connect(() => {
  playing = false;
  say("The server is gone. Start textgan play again, and load this page again.");
  for (const id of ["play", "step", "anew"]) at(id).disabled = true;
});

function say(text) {
  at("status").textContent = text;
}

function held() {
  return Object.fromEntries(fields.map((field) => [field.name, field.value]));
}

function draw() {
  drawPlane(at("plane"), view);
  for (const canvas of curves) drawCurve(canvas, rows, changes);
}

function show(answer) {
  if (answer.real) view.real = answer.real;
  view.reach = answer.reach || view.reach;
  view.frame = answer;
  noteTail(view, answer);
  noteRow(rows, answer.row);
  times = [...times.filter((time) => performance.now() - time < 2000), performance.now()];
  const rate = playing && times.length > 2
    ? `, ${((times.length - 1) * 1000 / (times[times.length - 1] - times[0])).toFixed(0)} pictures a second` : "";
  const left = answer.rates < 0.995 ? `, rates at ${Math.round(100 * answer.rates)}%` : "";
  say(`step ${answer.step.toLocaleString("en")}${answer.found ? `, ${answer.found} found` : ""}${left}${rate}`);
  if (at("trouble-name").textContent !== names[answer.trouble]) at("trouble-name").textContent = names[answer.trouble];
  at("evidence").textContent = answer.trouble ? `${answer.evidence}.` : "";
  at("trouble").dataset.trouble = answer.trouble;
  draw();
}

async function loop() {
  if (looping) return;
  looping = true;
  while (playing) {
    const answer = await ask({ do: "play", steps: Number(at("speed").value) });
    if (answer.error) {
      press(false);
      say(answer.error);
    } else show(answer);
    await new Promise(requestAnimationFrame);
  }
  looping = false;
}

function press(on) {
  playing = on;
  times = [];
  at("play").textContent = on ? "Stop" : "Play";
  if (on) loop();
}

async function begin(andPlay, waiting = "building the networks") {
  say(waiting);
  const answer = await ask({ do: "begin", preset, fields: held() });
  for (const id of ["play", "step", "anew"]) at(id).disabled = false;
  if (showWrong(answer, say)) {
    say("The game is as it was.");
    return;
  }
  [rows, changes, view.tails] = [[], [], []];
  show(answer);
  press(andPlay);
}

async function change(field) {
  if (field.dataset.anew === "true") {
    await begin(playing);
    return;
  }
  const answer = await ask({ do: "change", preset, fields: held() });
  if (showWrong(answer, say)) return;
  changes.push(answer.step);
  show(answer);
}

function choose(name) {
  preset = name;
  for (const field of fields) field.value = presets[name][field.name];
  for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.preset === name);
  at("says").textContent = buttons.find((button) => button.dataset.preset === name).dataset.says;
}

async function step() {
  press(false);
  const answer = await ask({ do: "play", steps: 1 });
  if (answer.error) say(answer.error); else show(answer);
}

at("play").addEventListener("click", () => press(!playing));
at("step").addEventListener("click", step);
at("anew").addEventListener("click", () => begin(playing));
at("speed").addEventListener("input", () => { at("speed-shown").textContent = at("speed").value; });
at("fields").addEventListener("submit", (event) => event.preventDefault());
for (const field of fields) field.addEventListener("change", () => change(field));
for (const box of document.querySelectorAll(".layers input")) box.addEventListener("change", draw);
for (const button of buttons) button.addEventListener("click", () => { choose(button.dataset.preset); begin(true); });
window.addEventListener("resize", draw);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || at("play").disabled) return;
  const tag = event.target.tagName;  // keys are a field's own, and the space is a button's
  if (tag === "INPUT" || tag === "SELECT" || (tag === "BUTTON" && event.key === " ")) return;
  const act = { " ": () => press(!playing), s: step, a: () => begin(playing) }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

choose(preset);
draw();
ask({ do: "look", preset, fields: held() }).then((answer) => {
  view.real = answer.real;
  draw();
});
begin(false, "loading the engine");
