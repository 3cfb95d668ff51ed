package referentiel

// Family is one of the nine services of the national schema of places of
// digital mediation (v1), under a short code of our own.
type Family string

// The nine national families.
const (
	FamilyDemarches     Family = "demarches"
	FamilyQuotidien     Family = "quotidien"
	FamilyInsertion     Family = "insertion"
	FamilySecurite      Family = "securite"
	FamilyParentalite   Family = "parentalite"
	FamilyLoisirs       Family = "loisirs"
	FamilyComprehension Family = "comprehension"
	FamilyAcces         Family = "acces"
	FamilyMateriel      Family = "materiel"
)

// Families lists the nine families in the order of the national schema.
var Families = []Family{
	FamilyDemarches, FamilyQuotidien, FamilyInsertion, FamilySecurite, FamilyParentalite,
	FamilyLoisirs, FamilyComprehension, FamilyAcces, FamilyMateriel,
}

var familyNames = map[Family]string{
	FamilyDemarches:     "Aide aux démarches administratives",
	FamilyQuotidien:     "Maîtrise des outils numériques du quotidien",
	FamilyInsertion:     "Insertion professionnelle via le numérique",
	FamilySecurite:      "Utilisation sécurisée du numérique",
	FamilyParentalite:   "Parentalité et éducation avec le numérique",
	FamilyLoisirs:       "Loisirs et créations numériques",
	FamilyComprehension: "Compréhension du monde numérique",
	FamilyAcces:         "Accès internet et matériel informatique",
	FamilyMateriel:      "Acquisition de matériel informatique à prix solidaire",
}

// Known reports whether f is one of the nine families.
func (f Family) Known() bool { _, ok := familyNames[f]; return ok }

// String gives the exact wording of the national schema.
func (f Family) String() string { return familyNames[f] }

// FamiliesOf lists, once each and in the order of the national schema, the
// families of the given entries; unknown numbers are left out.
func (r *Referentiel) FamiliesOf(numbers []int) []Family {
	present := map[Family]bool{}
	for _, n := range numbers {
		e, _ := r.Entry(n)
		for _, f := range e.Families {
			present[f] = true
		}
	}
	var families []Family
	for _, f := range Families {
		if present[f] {
			families = append(families, f)
		}
	}
	return families
}
