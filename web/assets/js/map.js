// Maps, where the page asks for one. What they show is also on the page in
// words: a list of places, or two fields to fill in.
import "./leaflet.js";

const L = globalThis.leaflet;
const FRANCE = [[41.3, -5.2], [51.1, 9.6]];
// The service is left alone after this many squares in a row that did not come.
const PATIENCE = 3;
// A service that is down is told by a picture this wide: an error would be one
// more complaint in the console.
const DOWN = 1;

const ready = new Map();

// style waits for the map's own style sheet, which no other page loads.
function style(href) {
  if (!ready.has(href)) {
    ready.set(href, new Promise((resolve) => {
      const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
      link.addEventListener("load", resolve);
      link.addEventListener("error", resolve);
      document.head.append(link);
    }));
  }
  return ready.get(href);
}

// background draws the squares; when they do not come, the outline of the
// département and the names of its towns.
function background(map, data, say) {
  let missing = 0;
  const squares = L.tileLayer(data.tiles, { maxZoom: 18, attribution: data.attribution });
  const missed = () => {
    if (++missing < PATIENCE || !map.hasLayer(squares)) return;
    squares.remove();
    say("Le fond de carte ne répond pas : voici seulement le contour.");
    outline(map, data.outline);
  };
  squares.on("tileerror", missed);
  squares.on("tileload", ({ tile }) => {
    // Leaflet is not done with the square yet.
    if (tile.naturalWidth === DOWN) queueMicrotask(missed);
    else missing = 0;
  });
  squares.addTo(map);
}

async function outline(map, address) {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return;
  const shape = await answer.json();
  L.geoJSON(shape, {
    interactive: false,
    style: () => ({ className: "pn-map__outline" }),
    pointToLayer: (feature, at) => L.marker(at, {
      interactive: false, keyboard: false,
      icon: L.divIcon({ className: "pn-map__town", html: "", iconSize: null }),
    }).on("add", (event) => { event.target.getElement().textContent = feature.properties.nom; }),
  }).addTo(map);
}

function create(canvas, data, say) {
  canvas.replaceChildren();
  const map = L.map(canvas, { zoomControl: false, scrollWheelZoom: false, maxZoom: 18 });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(map);
  // A wheel that scrolls the page zooms only a map that one is using.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  background(map, data, say);
  return map;
}

// A pin points with its tip, below its square; a bundle with its middle.
const ANCHORS = { plusieurs: [17, 17] };

function pin(text, kind) {
  return L.divIcon({ className: `pn-pin pn-pin--${kind}`, html: `<span>${text}</span>`, iconSize: [34, 34], iconAnchor: ANCHORS[kind] ?? [17, 41], popupAnchor: [0, -38] });
}

// card is what a pin tells: nothing of it is read as HTML.
function card(p) {
  const box = document.createElement("div");
  const link = Object.assign(document.createElement("a"), { href: p.href, textContent: p.nom, className: "govuk-link" });
  if (document.body.classList.contains("pn-embed")) link.target = "_top";
  box.append(Object.assign(document.createElement("strong"), {}));
  box.firstChild.append(link);
  for (const line of p.lignes) box.append(Object.assign(document.createElement("p"), { textContent: line }));
  return box;
}

// Pins closer than this, in pixels, become one that tells how many they are.
const APART = 42;

// bundles groups places that would hide one another at the map's zoom.
function bundles(map, features) {
  const groups = [];
  for (const feature of features) {
    const [lon, lat] = feature.geometry.coordinates;
    const at = map.project([lat, lon]);
    const group = groups.find((g) => g.at.distanceTo(at) < APART);
    if (group) group.list.push(feature);
    else groups.push({ at, position: [lat, lon], list: [feature] });
  }
  return groups;
}

function single({ properties: p }, position) {
  const marker = L.marker(position, { icon: pin(p.rang ?? "", p.genre) });
  marker.on("add", () => marker.getElement().setAttribute("aria-label", p.rang ? `${p.rang}. ${p.nom}` : p.nom));
  return marker.bindPopup(() => card(p));
}

function several(map, { position, list }) {
  const marker = L.marker(position, { icon: pin(`+${list.length}`, "plusieurs") });
  marker.on("add", () => marker.getElement().setAttribute("aria-label", `+${list.length} lieux ici`));
  marker.bindPopup(() => {
    const box = document.createElement("div");
    box.append(...list.map(({ properties: p }) => card(p)));
    return box;
  }, { maxHeight: 220 });
  marker.on("click", () => {
    if (map.getZoom() >= map.getMaxZoom() - 1) return;
    marker.closePopup();
    map.fitBounds(L.latLngBounds(list.map(({ geometry: { coordinates: [lon, lat] } }) => [lat, lon])).pad(0.2), { maxZoom: map.getMaxZoom() });
  });
  return marker;
}

async function places(root) {
  const { dataset: data } = root;
  const status = root.querySelector("[data-map-status]");
  const say = (words) => { status.textContent = words; };
  const [answer] = await Promise.all([fetch(data.source).catch(() => null), style(data.style)]);
  if (!answer?.ok) return say("La carte ne répond pas. La liste dit tout.");
  const { features } = await answer.json();
  const map = create(root.querySelector("[data-map-canvas]"), data, say);
  const reached = features.map(({ geometry: { coordinates: [lon, lat] } }) => [lat, lon]);
  if (data.from) {
    const from = data.from.split(",").map(Number);
    reached.push(from);
    const here = L.marker(from, { icon: L.divIcon({ className: "pn-here", iconSize: [16, 16] }), zIndexOffset: -1000, keyboard: false, interactive: false });
    here.on("add", () => here.getElement().setAttribute("aria-hidden", "true"));
    here.addTo(map);
  }
  map.fitBounds(reached.length ? L.latLngBounds(reached).pad(0.1) : FRANCE, { maxZoom: 14 });
  const pins = L.layerGroup().addTo(map);
  const arrange = () => {
    pins.clearLayers();
    for (const group of bundles(map, features)) {
      (group.list.length === 1 ? single(group.list[0], group.position) : several(map, group)).addTo(pins);
    }
  };
  arrange();
  map.on("zoomend", arrange);
}

// pick lets one point at a position; the two fields stay what is sent.
async function pick(root) {
  const { dataset: data } = root;
  const [lat, lon] = [data.latitude, data.longitude].map((id) => document.getElementById(id));
  if (!lat || !lon) return;
  await style(data.style);
  const status = root.querySelector("[data-map-status]");
  const say = (words) => { status.textContent = words; };
  const map = create(root.querySelector("[data-map-canvas]"), data, say);
  const typed = () => [lat, lon].map((field) => Number.parseFloat(field.value.replace(",", ".")));
  const known = (at) => at.every(Number.isFinite);
  const around = (data.around ?? "").split(",").map(Number);
  const marker = L.marker([0, 0], { draggable: true, autoPan: true, icon: pin("", "oui") });
  marker.on("add", () => marker.getElement().setAttribute("aria-label", "Le lieu"));
  const move = (at) => { marker.setLatLng(at).addTo(map); };
  const write = (at) => {
    const { lat: y, lng: x } = L.latLng(at).wrap();
    [lat.value, lon.value] = [y, x].map((n) => n.toFixed(5));
    move([y, x]);
    say("Le lieu est placé sur la carte. Enregistrez pour le garder.");
    for (const field of [lat, lon]) field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  map.on("click", (event) => write(event.latlng));
  marker.on("dragend", () => write(marker.getLatLng()));
  root.querySelector("[data-map-centre]")?.addEventListener("click", () => write(map.getCenter()));
  for (const field of [lat, lon]) field.addEventListener("input", () => { if (known(typed())) { move(typed()); map.panTo(typed()); } });
  if (known(typed())) { map.setView(typed(), 16); move(typed()); }
  else if (around.length === 2 && known(around)) { map.setView(around, 15); move(around); }
  else map.fitBounds(FRANCE);
}

for (const root of document.querySelectorAll("[data-map]")) {
  root.classList.add("pn-map--live");
  (root.dataset.map === "pick" ? pick : places)(root);
}
