package invoicing

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/audit"
	"passnum/internal/facturx"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// Mentions are the texts the law wants on each facture; DefaultMentions fills
// what is left empty.
type Mentions struct {
	Recovery string // the lump sum for recovery costs (PMT)
	Late     string // late-payment penalties (PMD)
	Discount string // early payment (AAB)
}

// DefaultMentions are the usual texts between professionals.
var DefaultMentions = Mentions{
	Recovery: "En cas de retard de paiement, une indemnité forfaitaire de 40 euros est due pour frais de recouvrement.",
	Late:     "En cas de retard de paiement, des intérêts moratoires sont dus au taux directeur de la Banque centrale européenne majoré de 8 points.",
	Discount: "Aucun escompte n’est accordé pour paiement anticipé.",
}

// Deps is what the service needs from the rest of the house.
type Deps struct {
	DB    *postgres.DB
	Queue jobs.Queue
	// Seller is the operator, as invoices name it; Issuer the same for papers.
	Seller    facturx.Party
	Issuer    print.Issuer
	IBAN, BIC string
	Mentions  Mentions
	// AtSignature issues what is due at the order as soon as it is signed.
	AtSignature bool
	// BaseURL is the public address, without a final slash.
	BaseURL string
	Post    func(ctx context.Context, tx *postgres.Tx, m mail.Message) error
}

// Service holds the use cases of invoicing.
type Service struct {
	Deps
	db *postgres.DB
}

// NewService makes the service.
func NewService(deps Deps) *Service {
	if deps.Mentions == (Mentions{}) {
		deps.Mentions = DefaultMentions
	}
	return &Service{Deps: deps, db: deps.DB}
}

// Today is the day in Paris, by the clock that the use cases read.
func (s *Service) Today() time.Time { return postgres.Day(s.db.Now()) }

// system signs what nobody did in person.
var system = identity.Actor{Name: "Passnum"}

func record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act string, d Document, detail map[string]any) error {
	return audit.Record(ctx, tx, actor, d.act(act, detail))
}

// act is what the journal says was done to a document.
func (d Document) act(name string, detail map[string]any) audit.Act {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["numero"], detail["total"] = d.Number, d.Total.Decimal()
	parties := []uuid.UUID{d.BuyerID}
	if d.CommanditaireID != nil && *d.CommanditaireID != d.BuyerID {
		parties = append(parties, *d.CommanditaireID)
	}
	return audit.Act{Name: name, SubjectKind: "facture", SubjectID: d.ID, Parties: parties, Detail: detail}
}

// AddWorkers registers the jobs of invoicing.
func (s *Service) AddWorkers(w *river.Workers) {
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, job *river.Job[PaperArgs]) error { return s.Draw(ctx, job.Args) }))
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, job *river.Job[SignedArgs]) error { return s.Signed(ctx, job.Args) }))
}
