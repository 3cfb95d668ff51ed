package organisation

import (
	"context"
	"net/url"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// letter is one of our mails before it is laid out.
type letter struct {
	subject string
	body    []string
	label   string
	path    string
}

func (s *Service) post(ctx context.Context, tx *postgres.Tx, to, name string, l letter) error {
	greeting := "Bonjour,"
	if name != "" {
		greeting = "Bonjour " + name + ","
	}
	m := mail.Render(l.subject, greeting, l.body, &mail.Action{Label: l.label, URL: s.BaseURL + l.path}, "")
	m.To = to
	return fault.Wrap(outbox.Post(ctx, tx, s.Queue, m), "post mail")
}

func (s *Service) tellOperator(ctx context.Context, tx *postgres.Tx, l letter) error {
	if s.OperatorEmail == "" {
		return nil
	}
	return s.post(ctx, tx, s.OperatorEmail, "", l)
}

func (s *Service) tellJoined(ctx context.Context, tx *postgres.Tx, r *joinRequest) error {
	err := s.post(ctx, tx, r.email, r.person, letter{
		subject: "Votre demande est reçue",
		body:    []string{"Nous avons reçu la demande de " + r.Name + ". Nous la lisons, puis nous vous répondons par courriel."},
		label:   "Suivre la demande", path: "/organisation/parametres",
	})
	if err != nil {
		return err
	}
	return s.tellOperator(ctx, tx, letter{
		subject: "Une organisation demande à rejoindre Passnum",
		body:    []string{r.Name + ", à " + r.Town + ", attend une réponse."},
		label:   "Voir les demandes", path: "/admin/demandes",
	})
}

// tellAsked writes to the people in charge, or to the operator when there are
// none. The link opens the invitation form with the address filled in.
func (s *Service) tellAsked(ctx context.Context, tx *postgres.Tx, o Organisation, asker person, message string, people []person) error {
	l := letter{
		subject: asker.Name + " demande à rejoindre votre équipe",
		body: []string{
			asker.Name + " (" + asker.Email + ") demande à rejoindre " + o.Name + " sur Passnum.",
			"Si vous connaissez cette personne, invitez-la et choisissez son rôle. Sinon, ne faites rien.",
		},
		label: "Inviter cette personne", path: "/equipe/inviter?" + url.Values{"email": {asker.Email}}.Encode(),
	}
	if message != "" {
		l.body = append(l.body, "Son message\u00a0:\n"+message)
	}
	for _, p := range people {
		if err := s.post(ctx, tx, p.Email, p.Name, l); err != nil {
			return err
		}
	}
	if len(people) > 0 {
		return nil
	}
	return s.tellOperator(ctx, tx, letter{
		subject: "Une organisation n’a plus de responsable",
		body:    []string{asker.Name + " (" + asker.Email + ") demande à rejoindre " + o.Name + ", qui n’a plus de responsable."},
		label:   "Voir l’organisation", path: "/admin/organisations/" + o.ID.String(),
	})
}

// granted says what to do first with a new capacity.
var granted = map[Capacity]letter{
	Commanditaire: {body: []string{"Vous pouvez commander des carnets."}, label: "Préparer une commande", path: "/commanditaire"},
	Aiguilleur:    {body: []string{"Ajoutez vos points de distribution\u00a0: une adresse et une personne référente pour chacun."}, label: "Ajouter un point", path: "/aiguilleur/points"},
	Structure:     {body: []string{"Complétez le dossier de votre structure\u00a0: présentation, charte, compte bancaire, lieux. Nous le lisons dès que vous l’envoyez."}, label: "Compléter le dossier", path: "/structure"},
	Hub:           {body: []string{"Dès qu’un commanditaire vous délègue le suivi d’une commande, elle paraît dans votre espace\u00a0: ses points, ses structures, et ce qu’il vous permet de faire."}, label: "Ouvrir votre espace", path: "/hub"},
}

func (s *Service) tellDecided(ctx context.Context, tx *postgres.Tx, r Request, people []person) error {
	l := letter{
		subject: "Votre demande est acceptée",
		body:    append([]string{r.Name + " peut maintenant\u00a0: " + french.Small(r.Capacity.Promise()) + "."}, granted[r.Capacity].body...),
		label:   granted[r.Capacity].label, path: granted[r.Capacity].path,
	}
	if r.State == Refused {
		l = letter{
			subject: "Votre demande n’est pas acceptée",
			body: []string{
				"La demande de " + r.Name + " («\u00a0" + r.Capacity.Promise() + "\u00a0») n’est pas acceptée.",
				"Motif\u00a0: " + r.Reason,
				"Vous pouvez la refaire en tenant compte de ce motif.",
			},
			label: "Voir la demande", path: "/organisation/parametres",
		}
	}
	for _, p := range people {
		if err := s.post(ctx, tx, p.Email, p.Name, l); err != nil {
			return err
		}
	}
	return nil
}
