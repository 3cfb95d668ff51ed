// Puts the two fonts of the printed documents where the Go package embeds
// them. The PDF library reads TrueType only, and the web fonts are woff2, hence
// a second npm package for the same family.
import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const source = dirname(
  createRequire(import.meta.url).resolve(
    "@expo-google-fonts/atkinson-hyperlegible-next/package.json",
  ),
);
const target = join(dirname(fileURLToPath(import.meta.url)), "dist");

mkdirSync(target, { recursive: true });
for (const [weight, name] of [
  ["400Regular", "regular.ttf"],
  ["700Bold", "bold.ttf"],
]) {
  copyFileSync(
    join(source, weight, `AtkinsonHyperlegibleNext_${weight}.ttf`),
    join(target, name),
  );
}
// The licence travels with the fonts, inside the binary too.
copyFileSync(join(source, "LICENSE_FONT"), join(target, "OFL.txt"));
