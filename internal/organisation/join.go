package organisation

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/fold"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// JoinForm is a request to join as typed; comments give the names of the fields.
type JoinForm struct {
	Person       string // nom; unused when one is signed in, like email and password
	Email        string // email
	Password     string // password
	SIRET        string // siret
	Name         string // organisation
	Kind         string // type
	Address      AddressForm
	Capacities   []string // capacites
	Billing      Billing
	ContactPhone string // telephone
	Message      string // message
}

// Joined is what a request to join made.
type Joined struct {
	OrganisationID uuid.UUID
	AccountID      uuid.UUID
}

// Join creates an organisation that can do nothing yet, makes its author
// responsable, and asks the operator for capacities; all or nothing. A person
// who is signed in keeps their account. It returns ErrKnown for a SIRET that is
// already here, identity.ErrAccountExists, ErrTooMany, or refused fields.
func (s *Service) Join(ctx context.Context, who identity.Actor, form JoinForm) (Joined, error) {
	request, err := form.read(s, who)
	if err != nil {
		return Joined{}, err
	}
	var over bool
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) (err error) {
		over, err = throttle(ctx, tx, "rejoindre:adresse:"+who.Address, joinsPerAddress)
		return err
	})
	if err != nil {
		return Joined{}, fault.Wrap(err, "join")
	}
	if over {
		return Joined{}, ErrTooMany
	}
	hash := ""
	if who.AccountID == uuid.Nil {
		hash = identity.HashPassword(form.Password)
	}
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) error { return s.join(ctx, tx, who, &request, hash) })
	return Joined{OrganisationID: request.ID, AccountID: request.account}, fault.Wrap(err, "join")
}

// joinRequest is a JoinForm that was read.
type joinRequest struct {
	Organisation
	billing    Billing
	capacities []Capacity
	message    string
	phone      string
	person     string
	email      string
	account    uuid.UUID
}

func (s *Service) join(ctx context.Context, tx *postgres.Tx, who identity.Actor, r *joinRequest, hash string) error {
	// The organisation first: a known SIRET must be told before a known address,
	// since its way on needs no account.
	r.ID = postgres.NewID()
	if err := insertOrganisation(ctx, tx, r.Organisation); err != nil {
		return err
	}
	r.account = who.AccountID
	if r.account == uuid.Nil {
		account, err := identity.AddAccount(ctx, tx, r.email, r.person, hash)
		if err != nil {
			return err
		}
		r.account = account
	}
	if err := insertSettings(ctx, tx, r); err != nil {
		return err
	}
	if err := identity.Join(ctx, tx, r.ID, r.account, identity.RoleResponsable); err != nil {
		return err
	}
	for _, capacity := range r.capacities {
		if err := insertRequest(ctx, tx, r.ID, r.account, capacity, r.message); err != nil {
			return err
		}
	}
	who.AccountID, who.Name, who.OrganisationID = r.account, r.person, r.ID
	act := audit.Act{Name: "demande d’adhésion", SubjectKind: "organisation", SubjectID: r.ID, Detail: map[string]any{"demandes": r.capacities}}
	if err := audit.Record(ctx, tx, who, act); err != nil {
		return err
	}
	return s.tellJoined(ctx, tx, r)
}

// read checks every field and tells every problem at once.
func (f JoinForm) read(s *Service, who identity.Actor) (joinRequest, error) {
	var c fault.Collector
	r := joinRequest{message: f.Message, person: who.Name, email: who.Email, billing: f.Billing}
	if !who.SignedIn() {
		f.readPerson(&r, &c)
	}
	siret, err := identifier.ParseSIRET(f.SIRET)
	if err != nil {
		c.Refuse("siret", err)
	}
	r.SIRET, r.Name, r.Kind = siret.String(), clean(f.Name), Kind(f.Kind)
	c.Check(r.Name != "", "organisation", "Indiquez le nom de votre organisation.")
	c.Check(len([]rune(r.Name)) <= 140, "organisation", "Raccourcissez ce nom\u00a0: 140 caractères au plus.")
	c.Check(r.Kind.Known(), "type", "Choisissez ce qu’est votre organisation.")
	a := f.Address.Read(s.places, &c)
	r.Street, r.Complement, r.PostalCode, r.Town, r.Insee = a.Street, a.Complement, a.PostalCode, a.Town, a.Insee
	r.phone = readPhone(f.ContactPhone, &c)
	r.capacities = readCapacities(f.Capacities)
	c.Check(len(r.capacities) > 0, "capacites", "Choisissez au moins une chose que vous voulez faire.")
	r.billing.check(&c)
	c.Check(len([]rune(r.message)) <= 2000, "message", "Raccourcissez ce message\u00a0: 2\u202f000 caractères au plus.")
	r.Slug = slug(r.Name, r.SIRET)
	return r, c.Err()
}

func (f JoinForm) readPerson(r *joinRequest, c *fault.Collector) {
	r.person = clean(f.Person)
	c.Check(r.person != "", "nom", "Indiquez votre prénom et votre nom.")
	c.Check(len([]rune(r.person)) <= 120, "nom", "Raccourcissez ce nom\u00a0: 120 caractères au plus.")
	email, err := identifier.ParseEmail(f.Email)
	if err != nil {
		c.Refuse("email", err)
	}
	r.email = email.String()
	if problem := identity.CheckPassword(f.Password, r.email); problem != "" {
		c.Add("password", problem)
	}
}

func readPhone(typed string, c *fault.Collector) string {
	if clean(typed) == "" {
		return ""
	}
	phone, err := identifier.ParsePhone(typed)
	if err != nil {
		c.Refuse("telephone", err)
	}
	return phone.String()
}

// readCapacities keeps the known ones, once each and in a fixed order.
func readCapacities(typed []string) []Capacity {
	var list []Capacity
	for _, capacity := range AllCapacities {
		for _, t := range typed {
			if Capacity(t) == capacity {
				list = append(list, capacity)
				break
			}
		}
	}
	return list
}

// slug names the organisation in addresses; its SIRET makes it the only one.
func slug(name, siret string) string {
	text := ""
	for _, word := range fold.Words(name) {
		if len(text)+len(word) > 40 {
			break
		}
		text += word + "-"
	}
	return text + siret
}

// Find tells the public identity of an organisation by its SIRET; ErrNotFound.
func (s *Service) Find(ctx context.Context, siret string) (Organisation, error) {
	read, err := identifier.ParseSIRET(siret)
	if err != nil {
		return Organisation{}, ErrNotFound
	}
	var found Organisation
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) (err error) {
		found, err = bySIRET(ctx, tx, read.String())
		return err
	})
	return found, fault.Wrap(err, "find organisation")
}

func bySIRET(ctx context.Context, tx *postgres.Tx, siret string) (Organisation, error) {
	found, err := postgres.One[Organisation](ctx, tx, `SELECT `+organisationColumns+` FROM organisations o WHERE o.siret = @siret`,
		postgres.Args{"siret": siret})
	if errors.Is(err, postgres.ErrNoRow) {
		return found, ErrNotFound
	}
	return found, err
}
