package qualification

import (
	"context"

	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
)

// BodyForm is the organisation as a legal body, as typed; comments give the
// names of the fields.
type BodyForm struct {
	SIRET      string // siret
	Kind       string // type
	RNA        string // rna
	WithoutRNA bool   // sans_rna
	LegalName  string // representant_nom
	LegalRole  string // representant_qualite
	LegalEmail string // representant_courriel
}

// SaveBody keeps what the organisation is in law and who represents it. A new
// SIRET always waits for the operator; so does everything once the file was
// decided upon. structure.ErrClosed, or refused fields.
func (s *Service) SaveBody(ctx context.Context, actor identity.Actor, form BodyForm) (Saved, error) {
	read := func(ctx context.Context, tx *postgres.Tx, st stepState) (answers, error) {
		return form.read(ctx, tx, st)
	}
	mirror := func(ctx context.Context, tx *postgres.Tx, a answers) error {
		return organisation.SetNature(ctx, tx, actor.OrganisationID, organisation.Kind(a["type"]), a["rna"])
	}
	return s.save(ctx, actor, StepBody, read, mirror)
}

func (f BodyForm) read(ctx context.Context, tx *postgres.Tx, st stepState) (answers, error) {
	var c fault.Collector
	siret, err := identifier.ParseSIRET(f.SIRET)
	if err != nil {
		c.Refuse("siret", err)
	} else if siret.String() != st.body.SIRET {
		if err := f.refuseKnown(ctx, tx, siret.String(), &c); err != nil {
			return nil, err
		}
	}
	kind := organisation.Kind(f.Kind)
	c.Check(kind.Known() || f.Kind == string(st.body.Kind), "type", "Choisissez ce qu’est votre organisation.")
	rna := f.readRNA(kind, &c)
	name, role := line(f.LegalName), line(f.LegalRole)
	c.Check(name != "", "representant_nom", "Indiquez le prénom et le nom du représentant légal.")
	c.Check(len([]rune(name)) <= 120, "representant_nom", "Raccourcissez ce nom\u00a0: 120 caractères au plus.")
	c.Check(role != "", "representant_qualite", "Indiquez sa qualité\u00a0: maire, présidente, gérant…")
	c.Check(len([]rune(role)) <= 80, "representant_qualite", "Raccourcissez\u00a0: 80 caractères au plus.")
	email, err := identifier.ParseEmail(f.LegalEmail)
	if err != nil {
		c.Refuse("representant_courriel", err)
	}
	content := answers{"siret": siret.String(), "type": f.Kind, "rna": rna, "representant_nom": name, "representant_qualite": role, "representant_courriel": email.String()}
	if rna == "" && f.WithoutRNA && kind == "association" {
		content["sans_rna"] = "oui"
	}
	return content, c.Err()
}

// refuseKnown refuses the number of a body that is here already.
func (f BodyForm) refuseKnown(ctx context.Context, tx *postgres.Tx, siret string, c *fault.Collector) error {
	other, err := organisation.BySIRET(ctx, tx, siret)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	whose := "celui de «\u00a0" + other.Name + "\u00a0»"
	if other.Hidden() {
		whose = "celui d’une autre organisation"
	}
	c.Add("siret", "Ce SIRET est déjà "+whose+" sur Passnum. Demandez plutôt à rejoindre son équipe.")
	return nil
}

func (f BodyForm) readRNA(kind organisation.Kind, c *fault.Collector) string {
	if kind != "association" && kind != "fondation" || line(f.RNA) == "" {
		c.Check(kind != "association" || f.WithoutRNA, "rna", "Indiquez le numéro RNA, ou cochez «\u00a0Nous n’en avons pas\u00a0».")
		return ""
	}
	rna, err := identifier.ParseRNA(f.RNA)
	if err != nil {
		c.Refuse("rna", err)
	}
	return rna.String()
}
