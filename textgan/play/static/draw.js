// Draws the plane and the curves.
import { at, paper } from "./talk.js";

const REAL = "#3b4252", FAKE = "#d1491b", PUSH = "#111111", TAIL = "#8f3a1c";
const REAL_SIDE = [168, 199, 234], MIDDLE = [248, 245, 236], FAKE_SIDE = [243, 190, 176];
const SIDE = 48, TAILS = 8, POINTS = 400;
const small = document.createElement("canvas");
small.width = small.height = SIDE;

// view: {reach, real, frame, tails}, places in thousandths.
export function drawPlane(canvas, view) {
  const { pen, width } = paper(canvas, 1);
  const place = (value) => (value / 1000 / view.reach + 1) * width / 2;
  pen.fillStyle = `rgb(${MIDDLE})`;
  pen.fillRect(0, 0, width, width);
  const frame = view.frame, shown = (name) => at(`show-${name}`).checked;
  if (frame && shown("field")) spread(pen, width, fieldColours(frame.field));
  if (frame && shown("density")) spread(pen, width, densityColours(frame.points, view.reach));
  if (shown("real") && view.real) dots(pen, view.real, view.real.length, place, width, REAL, 1.5);
  if (!frame) return;
  if (shown("points")) dots(pen, frame.points, frame.points.length, place, width, FAKE, 1.7);
  if (shown("tails")) tails(pen, view.tails, place, width);
  if (shown("arrows")) arrows(pen, frame, place, width);
}

export function noteTail(view, frame) {
  view.tails.push(frame.followed);
  if (view.tails.length > TAILS) view.tails.shift();
}

function spread(pen, width, colours) {
  small.getContext("2d").putImageData(colours, 0, 0);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(small, 0, 0, width, width);
}

function fieldColours(field) {
  const image = new ImageData(SIDE, SIDE);
  for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) {
    const level = field[(SIDE - 1 - y) * SIDE + x] / 100, side = level > 0 ? REAL_SIDE : FAKE_SIDE;
    const spot = 4 * (y * SIDE + x), share = Math.abs(level);
    for (let k = 0; k < 3; k++) image.data[spot + k] = MIDDLE[k] + share * (side[k] - MIDDLE[k]);
    image.data[spot + 3] = 255;
  }
  return image;
}

// How many generated points are near each place; opaque where twice as many as a mode of 8 has.
function densityColours(points, reach) {
  let counts = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < points.length; i += 2) {
    const x = Math.floor((points[i] / 1000 / reach + 1) * SIDE / 2);
    const y = Math.floor((1 - points[i + 1] / 1000 / reach) * SIDE / 2);
    if (x >= 0 && x < SIDE && y >= 0 && y < SIDE) counts[y * SIDE + x] += 1;
  }
  counts = blurred(blurred(counts, 1), SIDE);
  const image = new ImageData(SIDE, SIDE);
  for (let i = 0; i < counts.length; i++) {
    image.data.set([209, 73, 27, Math.min(170, 18 * counts[i])], 4 * i);
  }
  return image;
}

function blurred(values, stride) {
  const result = new Float32Array(values.length), weights = [1, 4, 6, 4, 1];
  for (let i = 0; i < values.length; i++) for (let k = -2; k <= 2; k++) {
    result[i] += (values[i + k * stride] || 0) * weights[k + 2] / 16;
  }
  return result;
}

function dots(pen, places, count, place, width, colour, radius) {
  pen.fillStyle = colour;
  pen.globalAlpha = 0.65;
  pen.beginPath();
  for (let i = 0; i < count; i += 2) {
    const x = place(places[i]), y = width - place(places[i + 1]);
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, 6.3);
  }
  pen.fill();
  pen.globalAlpha = 1;
}

function tails(pen, seen, place, width) {
  pen.strokeStyle = TAIL;
  pen.globalAlpha = 0.5;
  pen.lineWidth = 0.9;
  pen.beginPath();
  for (let i = 0; seen.length > 1 && i < seen[0].length; i += 2) {
    seen.forEach((places, age) => {
      const x = place(places[i]), y = width - place(places[i + 1]);
      if (age) pen.lineTo(x, y); else pen.moveTo(x, y);
    });
  }
  pen.stroke();
  pen.globalAlpha = 1;
}

function arrows(pen, frame, place, width) {
  pen.strokeStyle = pen.fillStyle = PUSH;
  pen.lineWidth = 1.3;
  for (let i = 0; i < frame.followed.length; i += 2) {
    const x = place(frame.followed[i]), y = width - place(frame.followed[i + 1]);
    const endX = place(frame.followed[i] + frame.push[i]);
    const endY = width - place(frame.followed[i + 1] + frame.push[i + 1]);
    const length = Math.hypot(endX - x, endY - y), angle = Math.atan2(endY - y, endX - x);
    const head = Math.min(6, length * 0.6);
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(endX, endY);
    pen.stroke();
    pen.beginPath();
    pen.moveTo(endX, endY);
    for (const turn of [2.7, -2.7]) {
      pen.lineTo(endX + head * Math.cos(angle + turn), endY + head * Math.sin(angle + turn));
    }
    pen.fill();
  }
}

// rows: at most `kept` of them; where there are more, every second goes.
export function noteRow(rows, row, kept = 500) {
  if (!row || (rows.length && rows[rows.length - 1].step === row.step)) return;
  rows.push(row);
  if (rows.length > kept) {
    const last = rows.length - 1;
    rows.splice(0, rows.length, ...rows.filter((_, index) => index % 2 === 0 || index === last));
  }
}

// changes: steps at which something was changed.
export function drawCurve(canvas, rows, changes) {
  const { pen, width, height } = paper(canvas, 0.32);
  const name = canvas.dataset.curve, values = rows.map((row) => row[name]);
  const style = getComputedStyle(canvas), ink = style.color;
  at(`value-${name}`).textContent = values.length ? short(values[values.length - 1]) : "";
  if (values.length < 2) return;
  const least = Math.min(...values), most = Math.max(...values), range = most - least || 1;
  const first = rows[0].step, last = rows[rows.length - 1].step;
  const x = (step) => 38 + (step - first) / (last - first) * (width - 40);
  pen.strokeStyle = ink;
  pen.globalAlpha = 0.35;
  pen.setLineDash([3, 3]);
  pen.beginPath();
  for (const step of changes.filter((step) => step > first && step < last)) {
    pen.moveTo(x(step), 0);
    pen.lineTo(x(step), height);
  }
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 1;
  pen.strokeStyle = FAKE;
  pen.lineWidth = 1.4;
  pen.beginPath();
  rows.forEach((row, index) => {
    const y = 4 + (most - row[name]) / range * (height - 8);
    if (index) pen.lineTo(x(row.step), y); else pen.moveTo(x(row.step), y);
  });
  pen.stroke();
  pen.fillStyle = ink;
  pen.font = "10px system-ui, sans-serif";
  pen.globalAlpha = 0.7;
  pen.fillText(short(most), 0, 10);
  pen.fillText(short(least), 0, height - 2);
  pen.globalAlpha = 1;
}

export function short(value) {
  const size = Math.abs(value);
  return size && (size < 0.001 || size >= 10000) ? value.toExponential(1) : value.toFixed(size < 1 ? 3 : 2);
}
