// Plays the steps that Python has worked out: it looks up, colours and writes, and computes nothing
// of the layer. Every step holds only what differs from the one before; a scene's first is whole.
(root, data) => {
  const [UNKNOWN, NAN, MINUS_INFINITY] = [101, 102, 104];
  const INTERVAL = 900;
  const find = (selector) => root.querySelector(selector);
  const scenes = [...root.querySelectorAll("svg.scene")].map((svg, index) => ({
    svg,
    grids: data.scenes[index].map((grid, place) => setUp(grid, svg, place)),
    labels: [...svg.querySelectorAll("text.word")],
  }));
  const [back, play, forward] = root.querySelectorAll("button");
  const slider = find("input");
  const speed = find("select");
  const counter = find("output");
  const said = find(".said");
  const count = data.steps.length;
  let current = -1;
  let timer = 0;

  function setUp(grid, svg, place) {
    const group = svg.querySelector(`[data-grid="${place}"]`);
    const size = grid.rows * grid.cols;
    return {
      ...grid, group, size,
      cells: [...group.querySelectorAll("rect.fill")],
      texts: [...group.querySelectorAll("text.cell")],
      marks: group.querySelector(".marks"),
      frame: group.querySelector(".frame"),
      bars: group.querySelector(".bars"),
      crosses: group.querySelector(".crosses"),
      image: group.querySelector("image"),
      levels: new Int16Array(size).fill(UNKNOWN),
      words: new Int32Array(size),
      faint: new Set(),
      shown: { levels: new Int16Array(size).fill(-999), words: new Int32Array(size).fill(-1) },
    };
  }

  const isNegative = (level) => level < 0 || level === MINUS_INFINITY;

  function tint(grid, level) {
    if (level === 0 || level === UNKNOWN || level === NAN) return "var(--convlab-paper)";
    const size = Math.min(Math.abs(level), 100);
    const share = data.tints[0] + ((data.tints[1] - data.tints[0]) * (size - 1)) / 99;
    const colour = isNegative(level) ? "negative" : grid.role;
    return `color-mix(in srgb, var(--convlab-${colour}) ${share}%, var(--convlab-paper))`;
  }

  // Take in one step's differences; nothing is drawn yet.
  function take(scene, step) {
    for (const [place, change] of Object.entries(step.grids)) {
      const grid = scene.grids[place];
      if (change.all !== undefined) {
        const bytes = atob(change.all);
        for (let i = 0; i < grid.size; i++) grid.levels[i] = (bytes.charCodeAt(i) << 24) >> 24;
      }
      for (let i = 0; change.cells && i < change.cells.length; i += 3) {
        grid.levels[change.cells[i]] = change.cells[i + 1];
        grid.words[change.cells[i]] = change.cells[i + 2];
      }
      for (const key of ["marked", "framed"]) if (key in change) grid[key] = change[key];
      if ("faint" in change) grid.faint = new Set(change.faint);
    }
    for (const [place, word] of Object.entries(step.labels)) scene.labels[place].next = word;
  }

  function draw(scene) {
    for (const grid of scene.grids) {
      grid.image ? drawImage(grid) : drawCells(grid);
      grid.marks.setAttribute("d", (grid.marked || []).map((cell) => box(grid, cell, cell, 1)).join(""));
      grid.frame.setAttribute("d", grid.framed ? box(grid, ...grid.framed, 0) : "");
    }
    for (const label of scene.labels) if (label.next !== undefined) label.textContent = label.next;
  }

  function drawCells(grid) {
    let [bars, crosses] = ["", ""];
    for (let i = 0; i < grid.size; i++) {
      const level = grid.faint.has(i) ? UNKNOWN : grid.levels[i];
      if (level !== grid.shown.levels[i]) {
        grid.cells[i].style.fill = tint(grid, level);
        grid.shown.levels[i] = level;
      }
      if (grid.texts.length) {
        grid.texts[i].classList.toggle("dim", grid.faint.has(i) || grid.zeros.has(i));
        if (grid.words[i] !== grid.shown.words[i]) {
          grid.texts[i].textContent = data.words[grid.words[i]];
          grid.shown.words[i] = grid.words[i];
        }
      } else {
        if (isNegative(level)) bars += bar(grid, i);
        if (level >= NAN) crosses += cross(grid, i);
      }
    }
    grid.bars.setAttribute("d", bars);
    grid.crosses.setAttribute("d", crosses);
  }

  // The middle of a cell, and half of what a sign in it is wide.
  function middle(grid, i) {
    const [row, col] = [Math.floor(i / grid.cols), i % grid.cols];
    return [grid.x + (col + 0.5) * grid.width, grid.y + (row + 0.5) * grid.height, grid.width * 0.28];
  }

  function bar(grid, i) {
    const [x, y, half] = middle(grid, i);
    return `M${x - half} ${y}h${2 * half}`;
  }

  function cross(grid, i) {
    const [x, y, half] = middle(grid, i);
    return `M${x - half} ${y - half}l${2 * half} ${2 * half}m0 ${-2 * half}l${-2 * half} ${2 * half}`;
  }

  function drawImage(grid) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [grid.cols, grid.rows];
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(grid.cols, grid.rows);
    grid.levels.forEach((level, i) => {
      if (level !== UNKNOWN) pixels.data.set([...grid.shades.slice(3 * (level + 100), 3 * (level + 101)), 255], 4 * i);
    });
    context.putImageData(pixels, 0, 0);
    grid.image.setAttribute("href", canvas.toDataURL());
  }

  function box(grid, first, last, inset) {
    const [left, top] = [grid.x + first[1] * grid.width + inset, grid.y + first[0] * grid.height + inset];
    const width = (last[1] - first[1] + 1) * grid.width - 2 * inset;
    const height = (last[0] - first[0] + 1) * grid.height - 2 * inset;
    return `M${left} ${top}h${width}v${height}h${-width}z`;
  }

  function show(target) {
    const step = data.steps[target];
    const scene = scenes[step.scene];
    const first = data.firsts[step.scene];
    const inside = current >= first && current <= target;
    for (let i = inside ? current + 1 : first; i <= target; i++) take(scene, data.steps[i]);
    current = target;
    draw(scene);
    scenes.forEach((other) => other.svg.toggleAttribute("hidden", other !== scene));
    slider.value = target;
    counter.textContent = `${target + 1} / ${count}`;
    slider.setAttribute("aria-valuetext", counter.textContent);
    root.dataset.step = target;
    if (!timer) said.textContent = scene.labels.map((label) => label.textContent).join(" ");
  }

  const go = (target) => { pause(); show(Math.min(Math.max(target, 0), count - 1)); };

  function pause() {
    clearInterval(timer);
    timer = 0;
    picture();
  }

  function start() {
    if (current === count - 1) show(0);
    timer = setInterval(() => {
      if (!root.isConnected || current === count - 1) pause();
      else show(current + 1);
    }, INTERVAL / Number(speed.value));
    picture();
  }

  function picture() {
    play.querySelector("path").setAttribute("d", timer ? "M2 1h4v12H2zM8 1h4v12H8z" : "M2 0l11 7-11 7z");
    play.setAttribute("aria-label", timer ? play.dataset.pause : play.dataset.play);
    play.title = play.getAttribute("aria-label");
    root.dataset.playing = Boolean(timer);
  }

  const toggle = () => (timer ? pause() : start());

  function faster(by) {
    speed.selectedIndex = Math.min(Math.max(speed.selectedIndex + by, 0), speed.length - 1);
    speed.dispatchEvent(new Event("change"));
  }

  const KEYS = {
    ArrowRight: () => go(current + 1), ArrowLeft: () => go(current - 1), Home: () => go(0),
    End: () => go(count - 1), " ": toggle, "+": () => faster(1), "-": () => faster(-1),
  };

  root.addEventListener("keydown", (event) => {
    const own = event.target.closest("input") ? event.key !== " " && !"+-".includes(event.key)
      : event.target.closest("button") ? event.key === " "
      : event.target.closest("select");
    if (!KEYS[event.key] || own || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    KEYS[event.key]();
  });
  back.addEventListener("click", () => go(current - 1));
  forward.addEventListener("click", () => go(current + 1));
  play.addEventListener("click", toggle);
  slider.addEventListener("input", () => go(Number(slider.value)));
  speed.addEventListener("change", () => { if (timer) { pause(); start(); } });
  scenes.forEach((scene) => scene.grids.forEach((grid) => { grid.zeros = new Set(grid.zeros); }));
  picture();
  show(0);
}
