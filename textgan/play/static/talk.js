// One question at a time, each with one answer.
export function connect(gone) {
  const socket = new WebSocket(`ws://${location.host}${location.pathname}talk`);
  const waiting = [];
  let last = new Promise((resolve) => socket.addEventListener("open", resolve));
  socket.addEventListener("message", (event) => waiting.shift()(JSON.parse(event.data)));
  socket.addEventListener("close", gone);
  return (question) => {
    last = last.then(() => new Promise((resolve) => {
      waiting.push(resolve);
      socket.send(JSON.stringify(question));
    }));
    return last;
  };
}

export const at = (id) => document.getElementById(id);

// A canvas of its place's width, in the screen's own pixels; returns its context and size.
export function paper(canvas, share) {
  const width = canvas.clientWidth || 300, height = Math.round(width * share);
  const scale = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

// The answer to what is wrong with a field; true if something is.
export function showWrong(answer, elsewhere) {
  for (const place of document.querySelectorAll(".wrong")) place.textContent = "";
  for (const field of document.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  if (!answer.error) return false;
  const field = answer.field && at(answer.field), place = answer.field && at(`wrong-${answer.field}`);
  if (field && place) {
    field.setAttribute("aria-invalid", "true");
    place.textContent = answer.error;
  } else elsewhere(answer.error);
  return true;
}
