// The system's back gesture means the question before, not the loss of all answers. The entry in the history is empty.

function guard() {
  if (!history.state) history.pushState({skm: 1}, "");
}

addEventListener("popstate", () => {
  if (finished || !here) return;
  back();
  if (here) guard();
});
