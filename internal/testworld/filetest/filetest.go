// Package filetest fills structures' files in, for tests of what comes after. It
// refuses to be used outside tests.
package filetest

import (
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
	"passnum/internal/qualification"
	"passnum/internal/qualification/document"
	"passnum/internal/structure"
	"passnum/internal/testworld"
)

// Complete saves every step of who's own file but the account and the places.
func Complete(w *testworld.World, files *qualification.Service, who identity.Actor) {
	w.T.Helper()
	ctx := w.T.Context()
	_, role := files.SaveRole(ctx, who, qualification.RoleForm{Quality: qualification.RoleLegal, Function: "Directrice", Recognised: true})
	_, contact := files.SaveContact(ctx, who, Contact(who.Email))
	_, eligibility := files.SaveEligibility(ctx, who, Answers())
	_, offer := files.SaveOffer(ctx, who, qualification.OfferForm{Presentation: "Nous accompagnons depuis 2015.", Modes: []string{"individuel"},
		Audiences: []string{"tous"}, Prices: "10 € l’heure", Left: "rien"})
	commitment := files.Commit(ctx, who, Commitment())
	for _, err := range []error{role, SaveBody(w, files, who), contact, eligibility, offer, commitment} {
		if err != nil {
			w.T.Fatal(err)
		}
	}
	Papers(w, who)
}

// Contact is where the organisation is and who answers.
func Contact(email string) qualification.ContactForm {
	return qualification.ContactForm{Identity: organisation.IdentityForm{Name: "Tiers-lieu de la Gare",
		Address: organisation.AddressForm{Street: "3 rue de la Gare", Commune: "Guéret", CommuneCode: "23096"}, ContactEmail: email}}
}

// SaveBody says again what the organisation is, an association without number.
func SaveBody(w *testworld.World, files *qualification.Service, who identity.Actor) error {
	w.T.Helper()
	f, err := files.File(w.T.Context(), who)
	if err != nil {
		return fault.Wrap(err, "read file")
	}
	_, err = files.SaveBody(w.T.Context(), who, qualification.BodyForm{SIRET: f.SIRET, Kind: "association", WithoutRNA: true,
		LegalName: "Alix Morel", LegalRole: "présidente", LegalEmail: "alix@exemple.test"})
	return fault.Wrap(err, "save body")
}

// Answers are the best ones to today's questionnaire.
func Answers() map[string]string {
	given := map[string]string{}
	for _, q := range qualification.Questionnaire {
		given[q.Key] = q.Answers[0].Value
	}
	return given
}

// Commitment accepts today's texts.
func Commitment() qualification.CommitmentForm {
	return qualification.CommitmentForm{Charter: structure.CurrentCharter.Version, Accepted: true, Terms: structure.CurrentTerms.Version, AcceptsTerms: true}
}

// Papers puts every paper that who's structure must send.
func Papers(w *testworld.World, who identity.Actor) {
	w.T.Helper()
	for _, k := range document.Required("association", false) {
		w.Exec(`INSERT INTO dossier_documents (structure_id, id, kind, name, media_type, size, sha256, content, key_id, uploaded_at, uploaded_by, uploaded_by_name)
			VALUES ($1, $2, $3::text, 'piece.pdf', 'application/pdf', 1, sha256(convert_to($3::text, 'UTF8')), '\x00', 'essai', $4, $5, $6)`,
			who.OrganisationID, postgres.NewID(), k.Code, w.Now(), who.AccountID, who.Name)
	}
}
