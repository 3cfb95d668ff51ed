// Chooses one coordinate per commune out of the places of GeoNames, which
// carry the INSEE code of their commune; the hamlets' and villages' own
// neighbours stand in for the communes too small to be listed.

export const precisions = { commune: 1, postal: 2, epci: 3, departement: 4 }

// Islands outside any EPCI that GeoNames does not list: read off a map, to the
// hundredth of a degree.
const islands = {
  '22016': { lat: 48.85, lon: -3.0 },
  '29083': { lat: 48.04, lon: -4.85 },
  '85113': { lat: 46.72, lon: -2.35 },
}

const territories = new Set(['FR', 'GP', 'MQ', 'GF', 'RE', 'YT', 'PM', 'BL', 'MF', 'WF', 'PF', 'NC'])

const fold = (s) => s.normalize('NFD').toLowerCase().replaceAll('œ', 'oe').replace(/[^a-z0-9]/g, '')

const kilometres = (a, b) => {
  const rad = Math.PI / 180
  const x = Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 +
    Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lon - a.lon) * rad) / 2) ** 2
  return 12742 * Math.asin(Math.sqrt(x))
}

const mean = (points) => ({
  lat: points.reduce((sum, p) => sum + p.lat, 0) / points.length,
  lon: points.reduce((sum, p) => sum + p.lon, 0) / points.length,
})

const middle = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

function index(items, keysOf) {
  const groups = new Map()
  for (const item of items) {
    for (const key of keysOf(item)) {
      if (!groups.has(key)) groups.set(key, [])
      groups.get(key).push(item)
    }
  }
  return groups
}

// read keeps the French places; their INSEE code stands in the deepest
// administrative column that has five characters (the first, in Mayotte).
function read(text) {
  const places = []
  for (const row of text.split('\n')) {
    const f = row.split('\t')
    if (!territories.has(f[8])) continue
    const code = [f[13], f[12], f[11], f[10]].find((c) => /^\w{5}$/.test(c))
    places.push({ name: fold(f[1]), lat: Number(f[4]), lon: Number(f[5]), code, section: f[7] === 'PPLX', population: Number(f[14]) })
  }
  return places
}

// direct gives the communes that GeoNames lists: the place of the same name,
// else the most populated place of the commune.
function direct(communes, places) {
  const byCode = index(places.filter((p) => p.code), (p) => [p.code])
  const points = new Map(Object.entries(islands))
  for (const c of communes) {
    const inside = byCode.get(c.code) ?? []
    const name = fold(c.nom)
    const best = inside.find((p) => p.name === name) ??
      inside.filter((p) => !p.section).toSorted((a, b) => b.population - a.population)[0]
    if (best) points.set(c.code, { lat: best.lat, lon: best.lon })
  }
  locateArrondissements(communes, byCode, points)
  byNameInDepartement(communes, places, points)
  return points
}

// « Lyon 02 », « Marseille 13 » are sections of their commune; Paris has none
// and its arrondissements take its centre.
function locateArrondissements(communes, byCode, points) {
  for (const c of communes.filter((c) => c.commune)) {
    const name = fold(c.nom.split(' ')[0]) + c.code.slice(-2)
    const rank = Number(c.nom.match(/\d+/)?.[0])
    const section = (byCode.get(c.commune) ?? []).find((p) => {
      const match = p.name.match(/^(lyon|marseille)(\d\d)$/)
      return match && name.startsWith(match[1]) && Number(match[2]) === rank
    })
    const point = section ?? points.get(c.commune)
    if (point) points.set(c.code, { lat: point.lat, lon: point.lon })
  }
}

// A few places carry the code of a neighbour: a name that is unique in its
// département settles them.
function byNameInDepartement(communes, places, points) {
  const departement = (code) => (code.startsWith('97') || code.startsWith('98') ? code.slice(0, 3) : code.slice(0, 2))
  const key = (dep, name) => `${dep} ${name}`
  const byName = index(places.filter((p) => p.code && !p.section), (p) => [key(departement(p.code), p.name)])
  const homonyms = index(communes, (c) => [key(c.departement, fold(c.nom))])
  for (const c of communes) {
    const k = key(c.departement, fold(c.nom))
    const found = byName.get(k)
    if (!points.has(c.code) && found?.length === 1 && homonyms.get(k).length === 1) {
      points.set(c.code, { lat: found[0].lat, lon: found[0].lon })
    }
  }
}

// dropStrays removes points far from the middle of their EPCI: errors of the
// source, seen in mainland France only, where no EPCI is that wide.
function dropStrays(communes, epciOf, points) {
  const listed = communes.filter((c) => c.zone === 'metro' && points.has(c.code) && epciOf.has(c.code))
  for (const members of index(listed, (c) => [epciOf.get(c.code)]).values()) {
    if (members.length < 4) continue
    const centre = { lat: middle(members.map((c) => points.get(c.code).lat)), lon: middle(members.map((c) => points.get(c.code).lon)) }
    for (const c of members) {
      if (kilometres(points.get(c.code), centre) > 50) points.delete(c.code)
    }
  }
}

// coordinates gives every commune a point and says how precise it is.
export function coordinates(communes, epciOf, text) {
  const points = direct(communes, read(text))
  dropStrays(communes, epciOf, points)
  const listed = communes.filter((c) => points.has(c.code) && !c.commune)
  const rings = [
    [precisions.postal, index(listed, (c) => c.codesPostaux ?? []), (c) => c.codesPostaux ?? []],
    [precisions.epci, index(listed, (c) => [epciOf.get(c.code)]), (c) => (epciOf.has(c.code) ? [epciOf.get(c.code)] : [])],
    [precisions.departement, index(listed, (c) => [c.departement]), (c) => [c.departement]],
  ]
  const located = new Map()
  for (const c of communes) {
    const own = points.get(c.code)
    if (own) {
      located.set(c.code, { ...own, precision: precisions.commune })
      continue
    }
    for (const [precision, groups, keysOf] of rings) {
      const neighbours = keysOf(c).flatMap((k) => groups.get(k) ?? [])
      if (neighbours.length === 0) continue
      located.set(c.code, { ...mean(neighbours.map((n) => points.get(n.code))), precision })
      break
    }
  }
  return located
}
