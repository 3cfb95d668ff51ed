package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"passnum/internal/carnet"
	"passnum/internal/carnet/code"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// sizes are how much of everything is measured.
type sizes struct {
	cheques     int // minted, then redeemed from
	attempts    int // redemptions per client count
	paper       int // carnets printed
	redemptions int // behind the dashboard
	views       int // dashboard requests
}

func sizesFor(full bool) sizes {
	if full {
		return sizes{cheques: 2_000_000, attempts: 60_000, paper: 10_000, redemptions: 1_000_000, views: 400}
	}
	return sizes{cheques: 1_000_000, attempts: 12_000, paper: 2_000, redemptions: 500_000, views: 100}
}

// over makes a quick look of the sizes.
func (s sizes) over(n int) sizes {
	return sizes{cheques: s.cheques / n, attempts: s.attempts / n, paper: s.paper / n, redemptions: s.redemptions / n, views: s.views}
}

const (
	database  = "passnum_bench"
	perCarnet = 10
	appSecret = "bench"
)

// bench is a fresh database with one commanditaire, one structure, one order.
type bench struct {
	sizes
	admin     string // superuser URL of the server
	url       string // owner URL of the bench's database
	owner     *pgxpool.Pool
	db        *postgres.DB
	keys      *code.Keyring
	keyList   string
	lot       carnet.Lot
	structure uuid.UUID
	place     uuid.UUID
	used      int // chèques already redeemed
	filled    bool
}

func openBench(ctx context.Context, s sizes) (*bench, error) {
	admin := os.Getenv("TEST_DATABASE_URL")
	if admin == "" {
		return nil, errors.New("TEST_DATABASE_URL is not set: run « make bench »")
	}
	b := &bench{sizes: s, admin: admin, keyList: code.GenerateKey("bench")}
	var err error
	if b.keys, err = code.ParseKeyring(b.keyList); err != nil {
		return nil, err
	}
	if b.url, err = freshDatabase(ctx, admin); err != nil {
		return nil, err
	}
	if err := postgres.Migrate(ctx, b.url); err != nil {
		return nil, err
	}
	if b.db, err = postgres.Open(ctx, b.url); err != nil {
		return nil, err
	}
	cfg, err := pgxpool.ParseConfig(b.url)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = b.db.Pool().Config().MaxConns // as many for the reference
	if b.owner, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return nil, err
	}
	return b, b.people(ctx)
}

func (b *bench) close() {
	b.db.Close()
	b.owner.Close()
	_ = dropDatabase(context.Background(), b.admin)
}

func freshDatabase(ctx context.Context, admin string) (string, error) {
	if err := dropDatabase(ctx, admin); err != nil {
		return "", err
	}
	if err := postgres.Bootstrap(ctx, admin, database, appSecret); err != nil {
		return "", err
	}
	address, err := url.Parse(admin)
	if err != nil {
		return "", errors.New("TEST_DATABASE_URL is not a URL")
	}
	address.Path = "/" + database
	return address.String(), nil
}

func dropDatabase(ctx context.Context, admin string) error {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return fmt.Errorf("reach server: %w", err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "DROP DATABASE IF EXISTS "+database+" WITH (FORCE)")
	return err
}

// people writes the smallest world in which a chèque can be redeemed.
func (b *bench) people(ctx context.Context) error {
	commanditaire, account, aiguilleur := postgres.NewID(), postgres.NewID(), postgres.NewID()
	b.structure, b.place = postgres.NewID(), postgres.NewID()
	b.lot = carnet.Lot{
		CommanditaireID: commanditaire, OrderID: postgres.NewID(), OrderNumber: "2026-001",
		Carnets: b.cheques / perCarnet, PerCarnet: perCarnet, FaceValue: 1000,
	}
	face := int64(b.cheques) * 1000
	for _, s := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO organisations (id, name, siret, kind, is_commanditaire, slug, created_at) VALUES ($1, 'Département', '22230962700016', 'departement', true, 'd', now())`, []any{commanditaire}},
		{`INSERT INTO organisations (id, name, siret, kind, is_structure, slug, created_at) VALUES ($1, 'Médiathèque', '20003482500017', 'epci', true, 'm', now())`, []any{b.structure}},
		{`INSERT INTO organisations (id, name, siret, kind, is_aiguilleur, slug, created_at) VALUES ($1, 'France services', '26230001900015', 'cias', true, 'f', now())`, []any{aiguilleur}},
		{`INSERT INTO points (id, aiguilleur_id, reader_ids, name, referent_name, postal_code, town, insee, ancestors, created_at)
			SELECT gen_random_uuid(), $1, ARRAY[$2::uuid], 'Point ' || n, 'R', '23000', 'Guéret', '23096', '{FR,R-75,D-23,C-23096}', now() FROM generate_series(1, 20) AS n`,
			[]any{aiguilleur, commanditaire}},
		{`INSERT INTO accounts (id, email, created_at) VALUES ($1, 'bench@exemple.test', now())`, []any{account}},
		{`INSERT INTO structures (organisation_id, state, charter_accepted_at, account_holder, iban, qualified_at) VALUES ($1, 'qualifiee', now(), 'M', 'FR1420041010050500013M02606', now())`, []any{b.structure}},
		{`INSERT INTO structure_bank_accounts (structure_id, id, kind, account_holder, iban, state, declared_at, held_until, effective_at)
			VALUES ($1, gen_random_uuid(), 'premier', 'M', 'FR1420041010050500013M02606', 'active', now(), now(), now())`, []any{b.structure}},
		{`INSERT INTO places (id, structure_id, structure_name, structure_siret, name, postal_code, town, insee, ancestors, published, created_at, updated_at)
			VALUES ($1, $2, 'M', '20003482500017', 'Médiathèque', '23000', 'Guéret', '23096', '{FR,R-75,D-23,C-23096}', true, now(), now())`, []any{b.place, b.structure}},
		{`INSERT INTO orders (commanditaire_id, id, number, title, cheques_per_carnet, face_value_cents, carnets, validity, valid_until, created_at, created_by, updated_at, attested_cents, active_cents, state)
			VALUES ($1, $2, '2026-001', 'Bench', $3, 1000, $4, 'date', current_date + 300, now(), $5, now(), $6, $6, 'active')`,
			[]any{commanditaire, b.lot.OrderID, perCarnet, b.lot.Carnets, account, face}},
		{`INSERT INTO order_funds (commanditaire_id, id, order_id, mandat_number, face_cents, fees_cents, vat_cents, received_on, recorded_at, recorded_by)
			VALUES ($1, gen_random_uuid(), $2, '1', $3, 0, 0, current_date, now(), $4)`, []any{commanditaire, b.lot.OrderID, face, account}},
	} {
		if _, err := b.owner.Exec(ctx, s.sql, s.args...); err != nil {
			return fmt.Errorf("write world: %w", err)
		}
	}
	return b.fund(ctx, money.Cents(face))
}

func (b *bench) fund(ctx context.Context, face money.Cents) error {
	return b.db.InPlatform(ctx, postgres.System{}, "bench", func(tx *postgres.Tx) error {
		t := ledger.Transaction{CommanditaireID: b.lot.CommanditaireID, OrderID: b.lot.OrderID, Kind: ledger.Funding, CauseID: b.lot.OrderID,
			Movements: []ledger.Movement{{Debit: ledger.Bank, Credit: ledger.Funds, Amount: face}}}
		if err := ledger.Post(ctx, tx, t); err != nil {
			return err
		}
		t.Kind, t.Movements = ledger.Activation, []ledger.Movement{{Debit: ledger.Funds, Credit: ledger.Circulation, Amount: face}}
		return ledger.Post(ctx, tx, t)
	})
}

// handOver opens every chèque, as counters would have done one carnet at a time.
func (b *bench) handOver(ctx context.Context) error {
	for _, sql := range []string{
		`UPDATE carnets k SET state = 'remis', aiguilleur_id = p.aiguilleur_id, point_id = p.id, handed_over_at = now() - interval '10 days',
			usable_until = current_date + 300, accepted_until = current_date + 330
			FROM (SELECT id, aiguilleur_id, row_number() OVER (ORDER BY name) AS n FROM points) AS p WHERE p.n = 1 + k.number % 20`,
		`UPDATE cheques SET state = 'actif', accepted_until = current_date + 330`,
		`VACUUM ANALYZE`,
	} {
		if _, err := b.owner.Exec(ctx, sql); err != nil {
			return fmt.Errorf("hand over: %w", err)
		}
	}
	return nil
}
