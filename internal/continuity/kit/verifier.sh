#!/bin/sh
# Vérifie un kit de continuité, sans aucun programme de Passnum : il suffit de
# l'archive décompressée, de la clé publique de l'opérateur, et de sh, openssl (3.0
# ou plus récent), sha256sum (ou shasum) et awk.
#
#   sh verifier.sh cle.pem [dossier]
#
# « cle.pem » doit venir d'ailleurs que de l'archive : le site de l'opérateur
# (/.well-known/passnum-cle.pem), son dernier rapport, un huissier. Affiche ce qui
# est compté ; répond 1 si quelque chose ne concorde pas.

set -u
LC_ALL=C
export LC_ALL

key=${1:-}
folder=${2:-$(dirname "$0")}
if [ -z "$key" ] || [ ! -r "$key" ]; then
  echo "Usage : sh verifier.sh cle.pem [dossier]" >&2
  exit 2
fi
case $key in /*) ;; *) key=$(pwd)/$key ;; esac
cd "$folder" || exit 2

for tool in openssl awk find sort comm; do
  if ! command -v "$tool" >/dev/null 2>&1; then
    echo "Il manque le programme « $tool »." >&2
    exit 2
  fi
done
if command -v sha256sum >/dev/null 2>&1; then sums=sha256sum; else sums='shasum -a 256'; fi

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

ok() { printf 'ok    %s\n' "$1"; }
stop() {
  printf 'FAUX  %s\n' "$1"
  printf '\nCe kit ne concorde pas : ne payez rien sur sa foi, et demandez-en un autre.\n'
  exit 1
}

# 1. La signature.
openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in manifeste.txt -sigfile manifeste.sig >/dev/null 2>&1 ||
  stop "le manifeste n'est pas signé par cette clé, ou il a été modifié (ou openssl est plus ancien que 3.0)"
ok "Signature de $(sed -n 's/^operateur //p' manifeste.txt), le $(sed -n 's/^instant //p' manifeste.txt)"

# 2. Les fichiers : aucun absent, aucun ajouté.
awk 'body { print } /^$/ { body = 1 }' manifeste.txt >"$work/list"
{ awk '{ print $4 }' "$work/list"; echo manifeste.txt; echo manifeste.sig; } | sort >"$work/announced"
find . ! -type d | sed 's|^\./||' | sort >"$work/present"
comm -23 "$work/announced" "$work/present" | sed 's/^/        absent : /' >"$work/differs"
comm -13 "$work/announced" "$work/present" | sed 's/^/        ajouté : /' >>"$work/differs"
if [ -s "$work/differs" ]; then
  head -n 20 "$work/differs"
  stop "les fichiers présents ne sont pas ceux du manifeste"
fi
ok "$(awk 'END { print NR }' "$work/list") fichiers, aucun absent, aucun ajouté"

# 3. Les empreintes.
awk '{ print $1 "  " $4 }' "$work/list" >"$work/sums"
$sums -c "$work/sums" 2>/dev/null | grep -v ': OK$' >"$work/differs"
if [ -s "$work/differs" ]; then
  head -n 20 "$work/differs" | sed 's/^/        /'
  stop "un fichier n'a plus le contenu annoncé"
fi
ok "Empreintes SHA-256 de tous les fichiers"

# 4. Les nombres de lignes, puis 5. les sommes.
awk '
function complain(text) { wrong++; if (wrong <= 20) print "        " text }

# counted counts the rows of a sheet, its titles apart; a quoted cell may hold
# ends of line.
function counted(path,   line, n, quotes) {
  n = 0; quotes = 0
  while ((getline line < path) > 0) {
    if (index(line, "\"")) quotes += gsub(/"/, "", line)
    if (quotes % 2 == 0) n++
  }
  close(path)
  return n - 1
}
$3 != "-" { found = counted($4); rows += $3; if (found != $3) complain($4 " : " found " lignes, " $3 " annoncées") }
END {
  if (wrong) { print "FAUX  les nombres de lignes ne sont pas ceux du manifeste"; exit 1 }
  printf "ok    %.0f lignes en tout, autant que le manifeste en annonce\n", rows
}' "$work/list" || stop "nombres de lignes"

awk '
function complain(text) { wrong++; if (wrong <= 20) print "        " text }
function verdict(text) { print (wrong ? "FAUX  " : "ok    ") text; if (wrong) failed = 1; wrong = 0 }
function euros(c,   sign, s) {
  sign = c < 0 ? "-" : ""; if (c < 0) c = -c
  s = sprintf("%03.0f", c)
  return sign substr(s, 1, length(s) - 2) "," substr(s, length(s) - 1) " €"
}
function cents(s) { sub(/,/, "", s); return s + 0 }

# next_row reads a row of a sheet into CELL; cell gives one by its title.
function split_row(line,   i, c, n, quoted, text, length_) {
  if (!index(line, "\"")) return split(line, CELL, ";")
  n = 1; quoted = 0; text = ""; length_ = length(line)
  for (i = 1; i <= length_; i++) {
    c = substr(line, i, 1)
    if (c == "\"") {
      if (quoted && substr(line, i + 1, 1) == "\"") { text = text "\""; i++ } else quoted = !quoted
    } else if (c == ";" && !quoted) { CELL[n++] = text; text = "" }
    else text = text c
  }
  CELL[n] = text
  return n
}
function read_row(path,   line, more, copy, quotes) {
  if ((getline line < path) <= 0) return 0
  if (index(line, "\"")) {
    copy = line; quotes = gsub(/"/, "", copy)
    while (quotes % 2 && (getline more < path) > 0) { line = line "\n" more; quotes += gsub(/"/, "", more) }
  }
  sub(/\r$/, "", line)
  return split_row(line)
}
function open_sheet(path,   n, i) {
  n = read_row(path)
  sub(/^\357\273\277/, "", CELL[1])
  for (i = 1; i <= n; i++) COLUMN[path, CELL[i]] = i
  opened[path] = 1
}
function next_row(path) { if (!(path in opened)) open_sheet(path); current_path = path; return read_row(path) }
function cell(title) {
  if (!((current_path, title) in COLUMN)) { print "FAUX  " current_path " : colonne " title " absente"; exit 1 }
  return CELL[COLUMN[current_path, title]]
}

# side moves an amount into an account, from another; sums are kept per key.
function side(k, account, from, a) {
  B[k, account] += a
  if (account == "funds" && from == "bank") B[k, "recu"] += a
  if (account == "circulation") {
    if (from == "payable") B[k, "utilise"] -= a
    else if (from == "expired") B[k, "perimes"] -= a
    else B[k, "emis"] += a
  }
  if ((account == "fees" || account == "vat") && from != "bank") B[k, "retenu"] += a
  if (from == "bank") {
    if (account == "payable" || account == "in_transit") B[k, "paye"] -= a
    if (account == "credit" || account == "circulation" || account == "expired") B[k, "rembourse"] -= a
  }
}
function advance(to) {
  while (transaction < to) {
    if (!moved) complain("opération " transaction " : sans mouvement")
    if (!next_row(T)) { transaction = "~"; moved = 1; return }
    transactions++; moved = 0
    transaction = cell("commanditaire_id") " " cell("id")
  }
}
function same(name, k, title, account, what) {
  total[title] += B[k, account]
  if (cents(cell(title)) != B[k, account] + 0) complain("commande " name " : " title " vaut " cell(title) ", le grand livre dit " euros(B[k, account]))
}

BEGIN {
  T = "tables/ledger_transactions.csv"; M = "tables/ledger_movements.csv"
  transaction = ""; moved = 1
  while (next_row(M)) {
    movements++
    c = cell("commanditaire_id"); t = cell("transaction_id"); o = cell("order_id"); s = cell("structure_id")
    d = cell("debit"); r = cell("credit"); a = cell("amount_cents") + 0
    debits += a; credits += a
    BALANCE[d] += a; BALANCE[r] -= a
    if (a <= 0 || d == r) complain("mouvement de " t " : montant ou comptes impossibles")
    orders[o] = 1
    side("o" o, r, d, a); side("o" o, d, r, -a)
    if (s != "") { structures[s] = 1; side("s" s, r, d, a); side("s" s, d, r, -a) }
    advance(c " " t)
    if (transaction != c " " t) complain("mouvement de " t " : l\047opération manque"); else moved = 1
  }
  advance("~")
  zero = 0
  for (x in BALANCE) zero += BALANCE[x]
  if (zero != 0) complain("la somme du grand livre vaut " euros(zero))
  verdict(sprintf("Grand livre : %.0f opérations, %.0f mouvements, somme nulle (débits = crédits = %s)", transactions, movements, euros(debits)))

  F = "fonds_par_commande.csv"
  while (next_row(F)) {
    n++; o = cell("commande_id"); k = "o" o; name = cell("commande"); shown[o] = 1
    same(name, k, "recu", "recu"); same(name, k, "fonds", "funds"); same(name, k, "emis", "emis"); same(name, k, "circulation", "circulation")
    same(name, k, "utilise", "utilise"); same(name, k, "a_payer", "payable"); same(name, k, "en_transit", "in_transit"); same(name, k, "paye", "paye")
    same(name, k, "retenu", "retenu"); same(name, k, "perime", "expired"); same(name, k, "avoir", "credit"); same(name, k, "rembourse", "rembourse")
    kept = B[k, "funds"] + B[k, "circulation"] + B[k, "expired"] + B[k, "credit"] + B[k, "payable"] + B[k, "in_transit"] + B[k, "paye"] + B[k, "retenu"] + B[k, "rembourse"]
    if (B[k, "recu"] + 0 != kept) complain("commande " name " : reçu " euros(B[k, "recu"]) ", réparti " euros(kept))
    if (B[k, "emis"] + 0 != B[k, "circulation"] + B[k, "utilise"] + B[k, "perimes"]) complain("commande " name " : émis " euros(B[k, "emis"]) ", ni en circulation, ni utilisé, ni périmé")
  }
  for (o in orders) if (!(o in shown)) complain("commande " o " : au grand livre, absente de " F)
  verdict(sprintf("%.0f commandes : reçu %s = non émis %s + en circulation %s + à payer %s + en transit %s + payé %s + retenu %s + périmé %s + avoirs %s + remboursé %s", n, euros(total["recu"]), euros(total["fonds"]), euros(total["circulation"]), euros(total["a_payer"]), euros(total["en_transit"]), euros(total["paye"]), euros(total["retenu"]), euros(total["perime"]), euros(total["avoir"]), euros(total["rembourse"])))

  L = "cheques_en_circulation.csv"; n = 0
  while (next_row(L)) { n++; V[cell("commande_id")] += cents(cell("valeur")) }
  for (o in V) orders[o] = 1
  for (o in orders) if (V[o] + 0 != B["o" o, "circulation"] + 0) complain("commande " o " : chèques en circulation " euros(V[o]) ", le grand livre dit " euros(B["o" o, "circulation"]))
  verdict(sprintf("Chèques en circulation : %.0f, pour la valeur que dit le grand livre", n))

  R = "tables/redemptions.csv"; n = 0
  while (next_row(R)) if (cell("undone_at") == "") { n++; U[cell("order_id")] += cell("amount_cents") }
  for (o in U) orders[o] = 1
  for (o in orders) if (U[o] + 0 != B["o" o, "utilise"] + 0) complain("commande " o " : chèques utilisés " euros(U[o]) ", le grand livre dit " euros(B["o" o, "utilise"]))
  verdict(sprintf("Chèques utilisés : %.0f, pour la valeur que dit le grand livre", n))

  D = "creances_detail.csv"; claims = 0
  while (next_row(D)) { claims++; if (cell("etat") == "à payer") behind[cell("structure_id")] += cents(cell("valeur")) }
  C = "creanciers.csv"; n = 0; owed = 0
  while (next_row(C)) {
    n++; s = cell("structure_id"); due = cents(cell("du")); owed += due; structures[s] = 1
    DUE[s] = due; TRANSIT[s] = cents(cell("en_transit"))
    if (cents(cell("valeur_cheques")) != behind[s] + 0 || due != cents(cell("valeur_cheques")) + cents(cell("autres"))) complain("structure " s " : ses chèques ne font pas " cell("valeur_cheques"))
  }
  for (s in behind) if (!(s in DUE)) complain("structure " s " : des chèques, mais absente de " C)
  for (s in structures) {
    if (DUE[s] + 0 != B["s" s, "payable"] + 0) complain("structure " s " : due " euros(DUE[s]) ", le grand livre dit " euros(B["s" s, "payable"]))
    if (TRANSIT[s] + 0 != B["s" s, "in_transit"] + 0) complain("structure " s " : en transit " euros(TRANSIT[s]) ", le grand livre dit " euros(B["s" s, "in_transit"]))
  }
  verdict(sprintf("Créanciers : %.0f structures, à qui l\047on doit %s ; %.0f chèques dans le détail", n, euros(owed), claims))

  W = "virements_creanciers.csv"; n = 0; out = 0
  while (next_row(W)) { n++; out += cents(cell("montant")); s = cell("structure_id"); if (cents(cell("montant")) != DUE[s] + 0) complain("structure " s " : virement de " cell("montant") " pour " euros(DUE[s]) " dus") }
  verdict(sprintf("Virements prêts : %.0f, pour %s", n, euros(out)))
  exit failed
}' || stop "les sommes ne concordent pas, voir les lignes ci-dessus"

printf '\nTout concorde.\n'
