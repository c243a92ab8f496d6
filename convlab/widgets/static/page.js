
/* A stand-in for the model of a notebook: a page has no kernel, only the state it was made with. */
function standIn(state) {
  const heard = new Map();
  return {
    get: name => state[name],
    set(name, value) {
      state[name] = value;
      heard.get(`change:${name}`)?.forEach(act => act());
    },
    save_changes() {},
    on: (event, act) => heard.set(event, [...(heard.get(event) ?? []), act]),
    off: (event, act) => heard.set(event, (heard.get(event) ?? []).filter(one => one !== act)),
  };
}

const model = standIn(JSON.parse(document.getElementById("state").textContent));
render({ model, el: document.getElementById("explorer") });
