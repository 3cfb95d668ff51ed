// Package document is the papers that a structure's file asks for: which ones a
// body must send, how they are taken, kept sealed, read, decided on, and emptied
// when they have been kept long enough. It refuses to keep what it cannot check.
package document

import "passnum/internal/organisation"

// Kind is a paper that may be asked for.
type Kind struct {
	Code  string
	Label string
	// Why says what the operator reads in it, and for what.
	Why string
	// Optional papers help, but no file waits for them.
	Optional bool
}

// The papers, by code.
const (
	RIB        = "rib"
	Identity   = "identite"
	Mandate    = "mandat"
	Statutes   = "statuts"
	Register   = "kbis"
	Owners     = "beneficiaires"
	Board      = "dirigeants"
	Declared   = "declaration"
	Resolution = "deliberation"
	Domicile   = "domicile"
	Insurance  = "assurance"
)

// Of the French papers that a payer must see (Lemon Way, required KYC and KYB
// documents for France, support article 360017266477).
var kinds = map[string]Kind{
	RIB:        {RIB, "RIB de moins de trois mois", "Le titulaire et le numéro du compte qui reçoit les paiements\u00a0: c’est ainsi que personne ne se fait payer à votre place.", false},
	Identity:   {Identity, "Pièce d’identité du représentant légal", "Le nom de la personne qui engage l’organisation. Carte d’identité (deux faces) ou passeport, en cours de validité.", false},
	Mandate:    {Mandate, "Délégation de pouvoir ou de signature", "Le droit d’engager l’organisation, donné par le représentant légal à la personne qui remplit ce dossier.", false},
	Statutes:   {Statutes, "Statuts à jour et signés", "L’objet de l’organisation et qui peut l’engager.", false},
	Register:   {Register, "Extrait Kbis de moins de trois mois", "L’existence de la société et ses dirigeants. Il est gratuit sur monidenum.fr.", false},
	Owners:     {Owners, "Liste des personnes qui détiennent plus de 25\u00a0%", "La loi demande de savoir à qui appartient une société que l’on paie (Code monétaire et financier, art. L.561-2-2).", false},
	Board:      {Board, "Liste des dirigeants", "Président, trésorier, secrétaire\u00a0: le procès-verbal de la dernière assemblée suffit.", false},
	Declared:   {Declared, "Récépissé de déclaration ou extrait du Journal officiel", "L’existence de l’association ou de la fondation, et son numéro RNA.", false},
	Resolution: {Resolution, "Délibération ou décision", "L’accord de l’organe compétent (conseil municipal, conseil d’administration…) pour accepter les chèques.", false},
	Domicile:   {Domicile, "Justificatif d’adresse de moins de trois mois", "L’adresse d’où vous exercez.", false},
	Insurance:  {Insurance, "Attestation d’assurance responsabilité civile", "Que les personnes accueillies sont couvertes.", true},
}

// familyOf gathers the kinds of bodies that send the same papers.
var familyOf = map[organisation.Kind][]string{
	"commune": {RIB, Resolution}, "epci": {RIB, Resolution}, "departement": {RIB, Resolution}, "region": {RIB, Resolution},
	"ccas": {RIB, Resolution}, "public": {RIB, Resolution},
	"association": {RIB, Identity, Statutes, Board, Declared, Insurance},
	"fondation":   {RIB, Identity, Statutes, Board, Declared, Insurance},
	"cooperative": {RIB, Identity, Register, Statutes, Owners, Insurance},
	"entreprise":  {RIB, Identity, Register, Statutes, Owners, Insurance},
	"independant": {RIB, Identity, Domicile, Insurance},
}

// Required lists the papers that a body of this kind sends, in the order screens
// show them. delegate says that the person who fills the file in is not the legal
// representative.
func Required(kind organisation.Kind, delegate bool) []Kind {
	codes, known := familyOf[kind]
	if !known {
		codes = []string{RIB, Identity, Statutes, Insurance}
	}
	var list []Kind
	for _, code := range codes {
		if code == Insurance && delegate {
			list = append(list, kinds[Mandate])
		}
		list = append(list, kinds[code])
	}
	if delegate && kinds[codes[len(codes)-1]].Code != Insurance {
		list = append(list, kinds[Mandate])
	}
	return list
}

// KindOf finds a paper by its code.
func KindOf(code string) (Kind, bool) {
	k, ok := kinds[code]
	return k, ok
}
