package qualification

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
	"passnum/internal/qualification/document"
	"passnum/internal/structure"
)

// File is a structure's whole file, ready to be read.
type File struct {
	structure.Dossier
	Parts      []Part
	Amendments []Amendment
	Verdict    Verdict // what the questionnaire answers
	Delegate   bool    // its author is not the legal representative
}

// Part is one step of a file.
type Part struct {
	Step, Title string
	Done        bool
	Fields      []Field
	Lacks       string // what is missing, when that needs saying
	SavedAt     *time.Time
	SavedBy     string
}

// Field is one piece of information, as people read it. Before is what it said
// earlier, in a history or an amendment.
type Field struct{ Key, Label, Value, Before string }

// Missing lists, in French, the steps that are not done.
func (f File) Missing() []string {
	var missing []string
	for _, p := range f.Parts {
		if !p.Done {
			missing = append(missing, p.Lacking())
		}
	}
	return missing
}

// Lacking names, in French, what a step that is not done still asks for.
func (p Part) Lacking() string {
	if p.Lacks != "" {
		return p.Lacks
	}
	return map[string]string{StepRole: "votre rôle", StepBody: "l’organisation", StepContact: "les coordonnées", StepEligibility: "le questionnaire d’éligibilité",
		StepOffer: "l’offre", StepPlaces: "un lieu avec ses services", StepCharter: "la charte et les conditions", StepBank: "le compte bancaire",
		StepDocuments: "les pièces justificatives"}[p.Step]
}

// Done counts the steps that are done.
func (f File) Done() int { return len(f.Parts) - len(f.Missing()) }

// Ready reports whether the file may be sent.
func (f File) Ready() bool { return f.State.Open() && len(f.Missing()) == 0 }

// File reads the file of the actor's own structure; structure.ErrNoDossier.
func (s *Service) File(ctx context.Context, actor identity.Actor) (f File, err error) {
	if err := actor.May(identity.StructureWrite); err != nil {
		return f, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		f, err = readFile(ctx, tx, actor.OrganisationID)
		return err
	})
	return f, fault.Wrap(err, "read own file")
}

// readFile reads a whole file in the caller's transaction.
func readFile(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (File, error) {
	d, err := structure.ReadDossier(ctx, tx, id)
	if err != nil {
		return File{}, err
	}
	saved, err := inForce(ctx, tx, id)
	if err != nil {
		return File{}, err
	}
	body, err := organisation.ReadSettings(ctx, tx, id)
	if err != nil {
		return File{}, err
	}
	f := File{Dossier: d, Verdict: Judge(saved[StepEligibility].Content), Delegate: saved[StepRole].Content["qualite"] == RoleOther}
	papers, err := document.Lacking(ctx, tx, id, f.Delegate)
	if err != nil {
		return File{}, err
	}
	for _, st := range steps {
		st, _ = stepOf(st.code)
		f.Parts = append(f.Parts, f.part(st, saved[st.code], live(st.code, body), papers))
	}
	f.Amendments, err = amendmentsOf(ctx, tx, id)
	return f, err
}

// part is one step as it stands: what was saved, under what the organisation
// says of itself elsewhere too.
func (f File) part(st step, v version, now answers, papers []string) Part {
	p := Part{Step: st.code, Title: st.title, SavedBy: v.SavedByName, Fields: shown(st, over(v.Content, now))}
	if v.ID != uuid.Nil {
		p.SavedAt = &v.SavedAt
	}
	switch st.code {
	case StepEligibility:
		p.Done = f.Verdict.Complete && f.Verdict.Outcome != NotYet
		if f.Verdict.Complete && !p.Done {
			p.Lacks = "une réponse du questionnaire qui ne permet pas encore d’accepter les chèques"
		}
		p.Fields = append([]Field{{Key: "resultat", Label: "Résultat", Value: f.Verdict.Label()}}, p.Fields...)
	case StepPlaces:
		p.Done = f.ReadyPlaces > 0
		p.Fields = []Field{{Key: "lieux", Label: "Lieux", Value: strconv.Itoa(f.Places) + ", dont " + strconv.Itoa(f.ReadyPlaces) + " avec des services"}}
	case StepCharter:
		p.Done = f.Accepted() && f.AcceptedTerms()
	case StepBank:
		p.Done = f.HasBank()
		p.Fields = []Field{{Key: "titulaire", Label: "Titulaire", Value: f.AccountHolder}, {Key: "iban", Label: "IBAN", Value: identifier.IBAN(f.IBAN).Masked()}}
	case StepDocuments:
		p.Done = len(papers) == 0
		if !p.Done {
			p.Lacks = "des pièces (" + french.List(papers) + ")"
		}
	default:
		p.Done = v.ID != uuid.Nil
	}
	return p
}

// shown is what a step says, as people read it, before left empty.
func shown(st step, content answers) []Field {
	list := make([]Field, 0, len(st.fields))
	for _, fd := range st.fields {
		list = append(list, Field{Key: fd.key, Label: fd.label, Value: fd.show(content[fd.key])})
	}
	return list
}

// changed is what differs between two contents of a step.
func changed(st step, before, after answers) []Field {
	var list []Field
	for _, fd := range st.fields {
		if before[fd.key] != after[fd.key] {
			list = append(list, Field{Key: fd.key, Label: fd.label, Value: fd.show(after[fd.key]), Before: fd.show(before[fd.key])})
		}
	}
	return list
}
