package settlement

// ReturnReason says in French why a transfer came back, and what to do.
type ReturnReason struct {
	Code  string
	Label string
	// Structure is what the structure has to do; empty when it has nothing to.
	Structure string
	// Operator is what the operator has to do.
	Operator string
	// Account reports whether the account itself is in question: it has to change
	// or be confirmed before anything is sent again.
	Account bool
}

const (
	newAccount = "Déclarez un autre compte dans votre espace, avec un RIB récent."
	sameHolder = "Vérifiez l’IBAN et le titulaire avec votre RIB, puis corrigez-les dans votre espace."
	askBank    = "Demandez à votre banque pourquoi elle refuse ce virement, puis écrivez-nous."
	waitThem   = "Attendre que la structure corrige son compte\u00a0: le paiement repart de lui-même au lot suivant."
)

var returnReasons = map[string]ReturnReason{
	"AC01": {Label: "Numéro de compte incorrect", Structure: sameHolder, Operator: waitThem, Account: true},
	"AC03": {Label: "Numéro de compte invalide", Structure: sameHolder, Operator: waitThem, Account: true},
	"AC04": {Label: "Compte clos", Structure: newAccount, Operator: waitThem, Account: true},
	"AC06": {Label: "Compte bloqué", Structure: "Demandez à votre banque de débloquer le compte, ou déclarez-en un autre dans votre espace.", Operator: "Attendre la structure, ou représenter une fois le compte débloqué.", Account: true},
	"AC13": {Label: "Compte d’un particulier", Structure: newAccount, Operator: waitThem, Account: true},
	"AC14": {Label: "Compte d’un type non accepté", Structure: newAccount, Operator: waitThem, Account: true},
	"AG01": {Label: "Virement interdit sur ce type de compte", Structure: "Ce compte (livret, compte d’épargne) ne reçoit pas de virements\u00a0: déclarez un compte courant.", Operator: waitThem, Account: true},
	"AG02": {Label: "Opération inconnue de la banque", Operator: "Vérifier le format du fichier avec votre banque, puis représenter."},
	"AM04": {Label: "Provision insuffisante", Operator: "Le compte dédié n’était pas assez approvisionné\u00a0: vérifier sa couverture avant de refaire un lot."},
	"AM05": {Label: "Doublon", Operator: "La banque dit avoir déjà reçu ce virement\u00a0: vérifier le relevé avant de représenter."},
	"AM09": {Label: "Montant refusé", Operator: "Vérifier avec la banque, puis représenter."},
	"BE01": {Label: "Titulaire qui ne correspond pas au compte", Structure: "Corrigez le titulaire dans votre espace\u00a0: exactement comme sur le RIB.", Operator: waitThem, Account: true},
	"BE04": {Label: "Adresse du bénéficiaire manquante", Operator: "Choisir d’écrire les adresses dans les règles de paiement, puis représenter."},
	"BE05": {Label: "Donneur d’ordre inconnu de la banque", Operator: "Vérifier avec votre banque l’identité du compte dédié, puis représenter."},
	"CNOR": {Label: "Banque du bénéficiaire inconnue", Structure: newAccount, Operator: waitThem, Account: true},
	"DNOR": {Label: "Banque du donneur d’ordre inconnue", Operator: "Vérifier le BIC du compte dédié avec votre banque."},
	"ED05": {Label: "Règlement impossible entre banques", Operator: "Représenter au prochain lot."},
	"FF01": {Label: "Format du fichier refusé", Operator: "Vérifier avec la banque la version du fichier dans les règles de paiement."},
	"FOCR": {Label: "Rappel de fonds", Operator: "Le virement a été rappelé par la banque qui paie\u00a0: vérifier qui l’a demandé avant de représenter."},
	"MD07": {Label: "Titulaire décédé", Structure: "Ce compte est celui d’une personne décédée\u00a0: déclarez le compte de la structure.", Operator: waitThem, Account: true},
	"MS02": {Label: "Refus du bénéficiaire", Structure: askBank, Operator: "Appeler la structure avant de représenter.", Account: true},
	"MS03": {Label: "Refus sans raison précisée", Structure: askBank, Operator: "Appeler la structure, vérifier son compte, puis représenter.", Account: true},
	"RC01": {Label: "BIC incorrect", Structure: "Corrigez le BIC dans votre espace, ou laissez celui du RIB.", Operator: waitThem, Account: true},
	"RR01": {Label: "Identification du donneur d’ordre manquante", Operator: "Compléter l’identité du compte dédié, puis représenter."},
	"RR02": {Label: "Nom ou adresse du donneur d’ordre manquant", Operator: "Compléter l’identité du compte dédié, puis représenter."},
	"RR03": {Label: "Nom ou adresse du bénéficiaire manquant", Operator: "Choisir d’écrire les adresses dans les règles de paiement, puis représenter."},
	"RR04": {Label: "Raison réglementaire", Structure: "Votre banque refuse ce virement pour une raison réglementaire (justificatif manquant, contrôle)\u00a0: contactez-la.", Operator: "Appeler la structure avant de représenter.", Account: true},
	"TM01": {Label: "Reçu après l’heure limite", Operator: "Représenter au prochain lot."},
}

// ReasonOf explains a bank's code. One that is not known is named as it is, and
// is to be looked at by the operator.
func ReasonOf(code string) ReturnReason {
	reason, known := returnReasons[code]
	if !known {
		reason = ReturnReason{Label: "Refus de la banque", Structure: askBank, Operator: "Demander à la banque ce que veut dire ce code, puis représenter.", Account: true}
		if code != "" {
			reason.Label += " (code " + code + ")"
		}
	}
	reason.Code = code
	return reason
}

// ReturnCodes lists the codes that a form offers, the most frequent first.
var ReturnCodes = []string{"AC01", "AC04", "AC06", "AG01", "AM04", "BE01", "BE04", "MD07", "MS02", "MS03", "RR04", "FOCR"}
