package organisation_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
	"passnum/internal/structure"
	"passnum/internal/territory"
	"passnum/internal/testworld"
)

type bench struct {
	*testworld.World
	*organisation.Service
}

func newBench(t *testing.T) bench {
	t.Helper()
	w := testworld.New(t)
	places, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	return bench{w, organisation.NewService(w.DB, places, organisation.Options{
		Queue: &jobs.Inline{}, BaseURL: "https://passnum.test", OperatorEmail: "operateur@passnum.test",
		StructureGranted: structure.OpenDossier, Renamed: structure.Rename,
	})}
}

const (
	freeSIRET  = "55210055400013"
	knownSIRET = "22230962700016"
)

func form() organisation.JoinForm {
	return organisation.JoinForm{
		Person: "Alix Morel", Email: "alix@exemple.test", Password: "une phrase assez longue",
		SIRET: freeSIRET, Name: "Tiers-lieu de la Gare", Kind: "association",
		Address:    organisation.AddressForm{Street: "3 rue de la Gare", Commune: "Guéret", CommuneCode: "23096"},
		Capacities: []string{"structure", "aiguilleur"}, Message: "Bonjour",
	}
}

var nobody = identity.Actor{Address: "198.51.100.7", RequestID: "test"}

func (b bench) join(t *testing.T, f organisation.JoinForm) organisation.Joined {
	t.Helper()
	joined, err := b.Join(t.Context(), nobody, f)
	if err != nil {
		t.Fatal(err)
	}
	return joined
}

func (b bench) actor(joined organisation.Joined) identity.Actor {
	c := identity.Capacities{}
	return identity.Actor{AccountID: joined.AccountID, OrganisationID: joined.OrganisationID, Name: "Alix Morel", Role: identity.RoleResponsable,
		Permissions: identity.PermissionsOf(identity.RoleResponsable, c)}
}

func TestJoinAsksAndGrantsNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	joined := b.join(t, form())
	n := b.Count(`SELECT count(*) FROM organisations WHERE id = $1 AND NOT (is_commanditaire OR is_aiguilleur OR is_structure) AND insee = '23096' AND postal_code = '23000'`, joined.OrganisationID)
	requests := b.Count(`SELECT count(*) FROM capacity_requests WHERE organisation_id = $1 AND state = 'demandee'`, joined.OrganisationID)
	responsable := b.Count(`SELECT count(*) FROM memberships WHERE organisation_id = $1 AND account_id = $2 AND role = 'responsable'`, joined.OrganisationID, joined.AccountID)
	mails := b.Count(`SELECT count(*) FROM mail_outbox WHERE recipient IN ('alix@exemple.test', 'operateur@passnum.test')`)
	journal := b.Count(`SELECT count(*) FROM journal WHERE subject_id = $1 AND account_id = $2`, joined.OrganisationID, joined.AccountID)
	if n != 1 || requests != 2 || responsable != 1 || mails != 2 || journal != 1 {
		t.Errorf("organisation %d, requests %d, responsable %d, mails %d, journal %d", n, requests, responsable, mails, journal)
	}
}

func TestJoinTellsEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.Join(t.Context(), nobody, organisation.JoinForm{SIRET: "552100554 00014", Password: "court", Email: "alix"})
	refusal, ok := fault.As(err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	fields := map[string]string{}
	for _, f := range refusal.Fields {
		fields[f.Field] = f.Sentence
	}
	for _, name := range []string{"nom", "email", "password", "siret", "organisation", "type", "rue", "commune", "capacites"} {
		if fields[name] == "" {
			t.Errorf("nothing about %s", name)
		}
	}
	if !strings.Contains(fields["siret"], "5 derniers chiffres") {
		t.Errorf("siret: %q", fields["siret"])
	}
}

func TestJoinLeavesNothingBehindWhenRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	f := form()
	f.SIRET = knownSIRET
	if _, err := b.Join(t.Context(), nobody, f); !fault.Is(err, fault.KindConflict) {
		t.Errorf("known SIRET: %v", err)
	}
	f = form()
	f.Email = "agent@exemple.test"
	if _, err := b.Join(t.Context(), nobody, f); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("known address: %v", err)
	}
	if n := b.Count(`SELECT count(*) FROM organisations WHERE siret = $1`, freeSIRET); n != 0 {
		t.Error("an organisation was left behind")
	}
	if n := b.Count(`SELECT count(*) FROM accounts WHERE email = 'alix@exemple.test'`); n != 0 {
		t.Error("an account was left behind")
	}
}

func TestSignedInPersonKeepsTheirAccount(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	f := form()
	f.Person, f.Email, f.Password = "", "", ""
	joined, err := b.Join(t.Context(), b.Agent, f)
	if err != nil || joined.AccountID != b.Agent.AccountID {
		t.Fatalf("%v, %v", joined, err)
	}
	if n := b.Count(`SELECT count(*) FROM memberships WHERE account_id = $1`, b.Agent.AccountID); n != 2 {
		t.Errorf("%d memberships", n)
	}
}

func TestAskToJoinWritesToThePeopleInCharge(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ask := organisation.AskForm{SIRET: "222 309 627 00016", Person: "Alix Morel", Email: "alix@exemple.test"}
	found, err := b.AskToJoin(t.Context(), nobody, ask)
	if err != nil || found.ID != b.Departement {
		t.Fatalf("%v, %v", found.Name, err)
	}
	if n := b.Count(`SELECT count(*) FROM mail_outbox WHERE recipient = 'commanditaire@exemple.test' AND body_text LIKE '%/equipe/inviter?email=alix%40exemple.test%'`); n != 1 {
		t.Errorf("%d mails", n)
	}
	if _, err := b.AskToJoin(t.Context(), nobody, ask); !fault.Is(err, fault.KindTooMany) {
		t.Errorf("the same person again: %v", err)
	}
	long := ask
	long.Message = strings.Repeat("a", 2001)
	if _, err := b.AskToJoin(t.Context(), b.Agent, long); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a message without end: %v", err)
	}
	if _, err := b.AskToJoin(t.Context(), b.Commanditaire, ask); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a member: %v", err)
	}
	if _, err := b.AskToJoin(t.Context(), nobody, organisation.AskForm{SIRET: freeSIRET, Person: "A", Email: "a@exemple.test"}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("unknown SIRET: %v", err)
	}
}

func TestAskToJoinTellsTheOperatorWhenNobodyIsInCharge(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Exec(`UPDATE memberships SET ended_at = now() WHERE organisation_id = $1`, b.Departement)
	if _, err := b.AskToJoin(t.Context(), nobody, organisation.AskForm{SIRET: knownSIRET, Person: "Alix", Email: "alix@exemple.test"}); err != nil {
		t.Fatal(err)
	}
	if n := b.Count(`SELECT count(*) FROM mail_outbox WHERE recipient = 'operateur@passnum.test'`); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func (b bench) request(t *testing.T, organisation uuid.UUID, capacity string) uuid.UUID {
	t.Helper()
	var id uuid.UUID
	err := b.Owner.QueryRow(t.Context(), `SELECT id FROM capacity_requests WHERE organisation_id = $1 AND capacity = $2 ORDER BY requested_at DESC LIMIT 1`,
		organisation, capacity).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestDecide(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	joined := b.join(t, form())
	accepted, refused := b.request(t, joined.OrganisationID, "structure"), b.request(t, joined.OrganisationID, "aiguilleur")
	ctx := t.Context()
	if _, err := b.Decide(ctx, b.Finance, accepted, organisation.Decision{Accept: true}); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("finance decided: %v", err)
	}
	if _, err := b.Decide(ctx, b.Operator, refused, organisation.Decision{}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a refusal without reason: %v", err)
	}
	if _, err := b.Decide(ctx, b.Operator, uuid.New(), organisation.Decision{Accept: true}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("an unknown request: %v", err)
	}
	for id, d := range map[uuid.UUID]organisation.Decision{accepted: {Accept: true}, refused: {Reason: "Pas de guichet"}} {
		if _, err := b.Decide(ctx, b.Operator, id, d); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Decide(ctx, b.Operator, accepted, organisation.Decision{Accept: true}); !fault.Is(err, fault.KindConflict) {
		t.Errorf("decided twice: %v", err)
	}
	if n := b.Count(`SELECT count(*) FROM organisations WHERE id = $1 AND is_structure AND NOT is_aiguilleur`, joined.OrganisationID); n != 1 {
		t.Error("the wrong capacity was granted")
	}
	if n := b.Count(`SELECT count(*) FROM structures WHERE organisation_id = $1 AND state = 'brouillon'`, joined.OrganisationID); n != 1 {
		t.Error("the structure's file was not opened")
	}
	if n := b.Count(`SELECT count(*) FROM mail_outbox WHERE recipient = 'alix@exemple.test' AND body_text LIKE '%Pas de guichet%'`); n != 1 {
		t.Error("the reason was not told")
	}
	if waiting, err := b.Waiting(ctx, b.Operator); err != nil || len(waiting) != 0 {
		t.Errorf("%d waiting, %v", len(waiting), err)
	}
}

func TestRequestCapacityOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	if err := b.RequestCapacity(ctx, b.Agent, organisation.Structure, "Nous accompagnons aussi"); err != nil {
		t.Fatal(err)
	}
	if err := b.RequestCapacity(ctx, b.Agent, organisation.Structure, ""); !fault.Is(err, fault.KindConflict) {
		t.Errorf("twice: %v", err)
	}
	if err := b.RequestCapacity(ctx, b.Agent, organisation.Aiguilleur, ""); !fault.Is(err, fault.KindConflict) {
		t.Errorf("already granted: %v", err)
	}
	if err := b.RequestCapacity(ctx, b.Cofunder, organisation.Structure, ""); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a reader asked: %v", err)
	}
	if _, err := b.Decide(ctx, b.Operator, b.request(t, b.Mairie, "structure"), organisation.Decision{Reason: "Plus tard"}); err != nil {
		t.Fatal(err)
	}
	if err := b.RequestCapacity(ctx, b.Agent, organisation.Structure, ""); err != nil {
		t.Errorf("again after a refusal: %v", err)
	}
}

func TestNobodyGrantsThemselves(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	err := b.DB.InOrganisation(t.Context(), b.Agent, func(tx *postgres.Tx) error {
		_, err := postgres.Do(t.Context(), tx, `UPDATE organisations SET is_commanditaire = true WHERE id = @id`, postgres.Args{"id": b.Mairie})
		return err
	})
	if err == nil {
		t.Error("an organisation granted itself a capacity")
	}
	err = b.DB.InOrganisation(t.Context(), b.Agent, func(tx *postgres.Tx) error {
		n, err := postgres.Do(t.Context(), tx, `UPDATE organisations SET name = 'Volée' WHERE id = @id`, postgres.Args{"id": b.Departement})
		if n != 0 {
			t.Error("an organisation renamed another")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	f := organisation.IdentityForm{Name: "Médiathèque du Grand Guéret", ContactEmail: "accueil@exemple.test", ContactPhone: "05 55 12 34 56",
		Address: organisation.AddressForm{Street: "8 avenue Fayolle", Commune: "Guéret (23000)", CommuneCode: "23096"}}
	if err := b.SaveIdentity(ctx, b.Mediateur, f); err != nil {
		t.Fatal(err)
	}
	if n := b.Count(`SELECT count(*) FROM places WHERE structure_id = $1 AND structure_name = 'Médiathèque du Grand Guéret'`, b.Mediatheque); n != 1 {
		t.Error("the places kept the old name")
	}
	if err := b.SaveBilling(ctx, b.Mediateur, organisation.Billing{Street: "BP 12", PostalCode: "230"}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("half an address: %v", err)
	}
	if err := b.SaveBilling(ctx, b.Mediateur, organisation.Billing{ServiceRequired: true, ServiceCode: "FACT-1", EngagementRequired: true}); err != nil {
		t.Fatal(err)
	}
	settings, err := b.Settings(ctx, b.Mediateur)
	if err != nil || settings.Billing.ServiceCode != "FACT-1" || settings.ContactPhone != "+33555123456" || settings.FormOf().ContactPhone == "" {
		t.Errorf("%+v, %v", settings, err)
	}
	if err := b.SaveIdentity(ctx, b.Cofunder, f); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a reader: %v", err)
	}
}

func picture(t *testing.T, side int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	img.Set(0, 0, color.RGBA{R: 200, A: 255})
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestLogoIsJudgedByItsContent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	good := picture(t, 40)
	refusals := map[string][]byte{
		"SVG":         []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`),
		"1\u00a0Mo":   append(picture(t, 10), make([]byte, 1<<20)...),
		"abîmée":      good[:len(good)-20],
		"PDF":         []byte("%PDF-1.7"),
		"PNG ou JPEG": []byte("GIF89a"),
		"pixels":      picture(t, 4001),
	}
	for says, content := range refusals {
		err := b.SaveAppearance(ctx, b.Commanditaire, organisation.AppearanceForm{Logo: content})
		f, ok := fault.As(err)
		if !ok || len(f.Fields) != 1 || f.Fields[0].Field != "logo" || !strings.Contains(f.Fields[0].Sentence, says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	if err := b.SaveAppearance(ctx, b.Commanditaire, organisation.AppearanceForm{Logo: good, Colour: "#B5121B"}); err != nil {
		t.Fatal(err)
	}
	settings, _ := b.Settings(ctx, b.Commanditaire)
	if settings.LogoID == nil || settings.Colour != "#b5121b" {
		t.Fatalf("%+v", settings)
	}
	logo, err := b.Logo(ctx, *settings.LogoID)
	if err != nil || logo.MediaType != "image/png" || !bytes.Equal(logo.Content, good) {
		t.Errorf("%s, %v", logo.MediaType, err)
	}
	if err := b.SaveAppearance(ctx, b.Commanditaire, organisation.AppearanceForm{Colour: "rouge"}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a colour's name: %v", err)
	}
	if err := b.SaveAppearance(ctx, b.Commanditaire, organisation.AppearanceForm{RemoveLogo: true}); err != nil {
		t.Fatal(err)
	}
	if settings, _ = b.Settings(ctx, b.Commanditaire); settings.LogoID != nil || settings.Colour != "" {
		t.Errorf("%+v", settings)
	}
	if _, err := b.Logo(ctx, uuid.New()); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("unknown logo: %v", err)
	}
}

func TestOnlyLogosArePublic(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := uuid.New()
	b.Exec(`INSERT INTO documents (id, organisation_id, kind, name, media_type, content, sha256, created_at)
		VALUES ($1, $2, 'devis', 'devis.pdf', 'application/pdf', 'x', 'x', now())`, id, b.Departement)
	if _, err := b.Logo(t.Context(), id); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a quote was shown to everyone: %v", err)
	}
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	cases := []struct {
		wanted organisation.Wanted
		want   string
	}{
		{organisation.Wanted{Query: "departement CREUSE"}, "Département de la Creuse"},
		{organisation.Wanted{Query: "222 309 627"}, "Département de la Creuse"},
		{organisation.Wanted{Query: "gueret", Capacity: organisation.Aiguilleur}, "Mairie de Guéret"},
		{organisation.Wanted{Query: "nulle part"}, ""},
		{organisation.Wanted{Capacity: organisation.Structure}, "Association Ailleurs, Médiathèque de Guéret"},
	}
	for _, c := range cases {
		found, err := b.Search(t.Context(), b.Agent, c.wanted)
		var names []string
		for _, o := range found {
			names = append(names, o.Name)
		}
		if got := strings.Join(names, ", "); err != nil || got != c.want {
			t.Errorf("%+v: %q, %v", c.wanted, got, err)
		}
	}
	b.join(t, form())
	if found, _ := b.Search(t.Context(), b.Agent, organisation.Wanted{Query: "tiers-lieu gare"}); len(found) != 0 {
		t.Error("the directory shows an organisation that may do nothing yet")
	}
	if found, err := b.All(t.Context(), b.Operator, organisation.Wanted{Query: "tiers-lieu gare"}); err != nil || len(found) != 1 {
		t.Errorf("the operator sees %d, %v", len(found), err)
	}
}

func TestFile(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	joined := b.join(t, form())
	f, err := b.File(context.Background(), b.Operator, joined.OrganisationID)
	if err != nil || len(f.Members) != 1 || len(f.Requests) != 2 || len(f.Journal) != 1 || f.ContactEmail != "alix@exemple.test" {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := b.File(t.Context(), b.actor(joined), joined.OrganisationID); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a member: %v", err)
	}
}
