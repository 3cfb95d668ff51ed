package app

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/allocation"
	"passnum/internal/audit"
	"passnum/internal/carnet/code"
	"passnum/internal/config"
	"passnum/internal/continuity"
	"passnum/internal/custody"
	"passnum/internal/delegation"
	"passnum/internal/distribution"
	"passnum/internal/ending"
	"passnum/internal/geocode"
	"passnum/internal/guidance"
	"passnum/internal/identity"
	"passnum/internal/incident"
	"passnum/internal/invoicing"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/opposition"
	"passnum/internal/order"
	"passnum/internal/organisation"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
	"passnum/internal/printing"
	"passnum/internal/programme"
	"passnum/internal/proposal"
	"passnum/internal/qualification"
	"passnum/internal/qualification/document"
	"passnum/internal/redemption"
	"passnum/internal/redemption/dispute"
	"passnum/internal/redemption/seal"
	"passnum/internal/registry"
	"passnum/internal/reporting"
	"passnum/internal/reporting/accounting"
	"passnum/internal/reporting/finder"
	"passnum/internal/reporting/gap"
	"passnum/internal/reporting/opendata"
	"passnum/internal/reporting/proof"
	"passnum/internal/settlement"
	"passnum/internal/structure"
	"passnum/internal/structure/census"
	"passnum/internal/territory"
	"passnum/internal/tiles"
	"passnum/internal/training"
	"passnum/internal/treasury"
	"passnum/internal/upload"
	"passnum/internal/workshop"
	structurescreens "passnum/web/structure"
)

// services is every domain, ready to be asked.
type services struct {
	queue    jobs.Queue
	keys     *code.Keyring
	seal     *seal.Sealer
	communes *territory.Index
	tiles    *tiles.Source

	people        *identity.Service
	outbox        *outbox.Service
	organisations *organisation.Service
	structures    *structure.Service
	census        *census.Service
	openData      *opendata.Service
	gaps          *gap.Service
	files         *qualification.Service
	registry      *registry.Client
	papers        *document.Service
	orders        *order.Service
	invoices      *invoicing.Service
	programmes    *programme.Service
	printing      *printing.Service
	network       *distribution.Service
	custody       *custody.Service
	redemptions   *redemption.Service
	oppositions   *opposition.Service
	allocations   *allocation.Service
	guidance      *guidance.Service
	disputes      *dispute.Service
	settlements   *settlement.Service
	incidents     *incident.Service
	reporting     *reporting.Service
	places        *finder.Service
	accounting    *accounting.Service
	proofs        *proof.Service
	training      *training.Service
	continuity    *continuity.Service
	endings       *ending.Service
	treasury      *treasury.Service
	workshops     *workshop.Service
	delegations   *delegation.Service
	proposals     *proposal.Service
}

func newServices(cfg config.Config, db *postgres.DB) (s services, err error) {
	if s.queue, err = jobs.NewQueue(db.Pool()); err != nil {
		return s, err
	}
	if s.keys, err = code.ParseKeyring(string(cfg.CodeKeys)); err != nil {
		return s, err
	}
	if s.seal, err = seal.New([]byte(cfg.SessionKey)); err != nil {
		return s, err
	}
	if s.communes, err = territory.Load(); err != nil {
		return s, err
	}
	sender, err := newSender(cfg)
	if err != nil {
		return s, err
	}
	s.tiles = tiles.New(cfg.Outgoing.Tiles)
	s.outbox = outbox.NewService(db, sender)
	s.people = identity.NewService(db, s.queue, journal, cfg.BaseURL.String())
	s.addParties(cfg, db)
	if err := s.addPapers(cfg, db); err != nil {
		return s, err
	}
	s.addCheques(cfg, db)
	s.addOppositions(cfg, db)
	s.addContinuity(cfg, db)
	s.addEndings(cfg, db)
	s.addTreasury(cfg, db)
	s.addHubs(cfg, db)
	return s, nil
}

// newSender is nil when mails stay in the mailbox page.
func newSender(cfg config.Config) (outbox.Sender, error) {
	if cfg.Mail.URL == "" {
		return nil, nil
	}
	return mail.NewSender(string(cfg.Mail.URL), cfg.Mail.From)
}

// addParties prepares who orders, hands over and gives services.
func (s *services) addParties(cfg config.Config, db *postgres.DB) {
	base, operator := cfg.BaseURL.String(), cfg.Operator.Email
	s.structures = structure.NewService(db, s.communes, structure.Options{
		Queue: s.queue, BaseURL: base, OperatorEmail: operator, Reauthenticate: s.reauthenticate,
		Geocoder: geocode.New(cfg.Outgoing.Geocoder), SealPlaces: structurescreens.SealPlaces(s.seal), OnAsked: s.affiliationAsked, OnDeclared: qualification.BankAnswers})
	s.registry = registry.New(cfg.Outgoing.Registry)
	s.files = qualification.NewService(db, qualification.Options{Queue: s.queue, BaseURL: base, OperatorEmail: operator, Owed: reporting.StoppingEffects, OnStopped: s.structureStopped, Communes: s.communes})
	s.census = census.NewService(db, s.communes, s.queue)
	s.gaps = gap.NewService(db, s.communes)
	s.openData = opendata.NewService(db, string(cfg.Operator.SIRET))
	s.organisations = organisation.NewService(db, s.communes, organisation.Options{
		Queue: s.queue, BaseURL: base, OperatorEmail: operator,
		StructureGranted: structure.OpenDossier, Renamed: structure.Rename,
	})
}

// addPapers prepares what strangers send: an antivirus when there is one, and the
// keys under which it is kept.
func (s *services) addPapers(cfg config.Config, db *postgres.DB) error {
	var gate upload.Gate
	if cfg.Papers.Clamd != "" {
		clamd, err := upload.ParseClamd(cfg.Papers.Clamd)
		if err != nil {
			return err
		}
		gate.Scanner = clamd
	}
	vault, err := upload.NewVault(string(cfg.Papers.Keys), []byte(cfg.SessionKey))
	if err != nil {
		return err
	}
	s.papers = document.NewService(db, gate, vault).Delegated(qualification.Delegated).Kept(qualification.PaperAnswers)
	return nil
}

// addCheques prepares what happens to chèques, from order to payment.
func (s *services) addCheques(cfg config.Config, db *postgres.DB) {
	issuer, debtor := issuerOf(cfg), debtorOf(cfg)
	s.addInvoices(cfg, db)
	s.orders = order.NewService(order.Deps{DB: db, Queue: s.queue, Keys: s.keys, Issuer: issuer, Account: debtor.IBAN,
		BaseURL: cfg.BaseURL.String(), CodeHost: strings.ToUpper(cfg.BaseURL.Host),
		QuotePaper: s.invoices.QuotePaper, OnSigned: s.invoices.OrderSigned})
	s.programmes = programme.NewService(programme.Deps{DB: db, Queue: s.queue, Orders: s.orders, Operator: cfg.Operator.Email, BaseURL: cfg.BaseURL.String()})
	s.printing = printing.NewService(printing.Deps{DB: db, Queue: s.queue, Orders: s.orders})
	s.network = distribution.NewService(db, s.communes, distribution.Options{
		Queue: s.queue, Issuer: issuer, BaseURL: cfg.BaseURL.String(), Ateliers: workshop.ForLetter,
		Post: func(ctx context.Context, tx *postgres.Tx, m mail.Message) error {
			return outbox.Post(ctx, tx, s.queue, m)
		},
	})
	s.custody = custody.NewService(db, custody.Options{
		Queue: s.queue, Issuer: issuer, Email: cfg.Operator.Email, BaseURL: cfg.BaseURL.String(),
		Post: func(ctx context.Context, tx *postgres.Tx, m mail.Message) error {
			return outbox.Post(ctx, tx, s.queue, m)
		},
		OrderDelivered: func(ctx context.Context, tx *postgres.Tx, _, order uuid.UUID) error {
			return s.orders.ParcelReceived(ctx, tx, order)
		},
	})
	s.redemptions = redemption.NewService(db, s.keys).Notify(s.queue)
	s.workshops = workshop.NewService(db, s.communes, workshop.Options{Queue: s.queue, BaseURL: cfg.BaseURL.String()})
	s.guidance = guidance.NewService(db, s.keys, s.liveCheques)
	s.disputes = dispute.NewService(db).Notify(s.queue, cfg.BaseURL.String())
	s.settlements = settlement.NewService(db, debtor, issuer).Notify(s.queue, cfg.BaseURL.String()).OnApproved(settlement.BillDownstream(s.invoices))
	s.incidents = incident.NewService(db).Notify(s.queue, cfg.BaseURL.String())
	s.reporting = reporting.NewService(db, s.keys)
	s.places = finder.NewService(db, s.keys)
	s.accounting = accounting.NewService(db, issuer)
	s.proofs = proof.NewService(db, s.queue, cfg.Operator.Email, cfg.BaseURL.String())
	s.training = training.NewService(db)
}

// addOppositions prepares how carnets are shared out, and what happens to those
// that are lost.
func (s *services) addOppositions(cfg config.Config, db *postgres.DB) {
	s.allocations = allocation.NewService(db, s.communes)
	s.oppositions = opposition.NewService(opposition.Deps{
		DB: db, Queue: s.queue, Keys: s.keys, Print: s.orders, BaseURL: cfg.BaseURL.String(), Operator: cfg.Operator.Email, Signature: issuerOf(cfg).Name,
		Post: func(ctx context.Context, tx *postgres.Tx, m mail.Message) error {
			return outbox.Post(ctx, tx, s.queue, m)
		},
	})
}

// liveCheques tells guidance which codes may be taken now, as a test does.
func (s *services) liveCheques(ctx context.Context, actor identity.Actor, codes []string) ([]int, error) {
	results, err := s.redemptions.Check(ctx, actor, codes, nil, nil)
	var live []int
	for _, r := range results {
		if r.Status == redemption.Valid {
			live = append(live, r.Index)
		}
	}
	return live, err
}

// reauthenticate checks a person's password again, before what a passer-by must
// not do.
func (s *services) reauthenticate(ctx context.Context, actor identity.Actor, password string) error {
	_, err := s.people.SignIn(ctx, actor, actor.Email, password)
	return err
}

// journal lets identity, which audit builds on, write the journal.
func journal(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act, kind string, subject uuid.UUID, detail map[string]any) error {
	return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: kind, SubjectID: subject, Detail: detail})
}
