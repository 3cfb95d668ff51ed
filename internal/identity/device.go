package identity

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// Device is a tablet or a phone that scans for one place, without its secret.
type Device struct {
	ID         uuid.UUID
	Name       string
	PlaceID    uuid.UUID
	Place      string
	CreatedAt  time.Time
	PairedAt   *time.Time // nil while it waits for its code to be used
	LastSeenAt *time.Time
	Browser    string
	RevokedAt  *time.Time
}

// Paired reports whether the device may scan now.
func (d Device) Paired() bool { return d.PairedAt != nil && d.RevokedAt == nil }

// NewDevice asks for a device: the name people know it by, and where it scans.
type NewDevice struct {
	Name  string
	Place uuid.UUID
}

// What identity refuses about devices.
var (
	// ErrNoDevice is a device that does not exist or belongs to others.
	ErrNoDevice = fault.New(fault.KindNotFound, "Cet appareil n’existe pas.")
	// ErrPairing is a pairing code mistyped, used or too old.
	ErrPairing = fault.Field("code", "Ce code n’est pas le bon, a déjà servi ou date de plus de dix minutes. Demandez-en un nouveau.")
	// ErrDevice refuses a device that is unknown or was withdrawn.
	ErrDevice = fault.New(fault.KindUnauthenticated, "Cet appareil n’est plus associé.")
)

// devicePermissions is all a device may do, at its place.
var devicePermissions = []Permission{Check, Redeem}

// AddDevice prepares a device of the actor's structure; ask PairingCode for the
// code that pairs it. A refusal names « name » or « place ».
func (s *Service) AddDevice(ctx context.Context, actor Actor, n NewDevice) (uuid.UUID, error) {
	if err := actor.May(DeviceWrite); err != nil {
		return uuid.Nil, err
	}
	name := strings.TrimSpace(n.Name)
	if name == "" || len(name) > 100 {
		return uuid.Nil, fault.Field("name", "Donnez un nom à l’appareil, par exemple «\u00a0Tablette de l’accueil\u00a0».")
	}
	id := postgres.NewID()
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		n, err := postgres.Do(ctx, tx, `
			INSERT INTO devices (id, structure_id, place_id, name, created_at, created_by)
			SELECT @id, @structure, p.id, @name, @now, @account FROM places p WHERE p.id = @place AND p.structure_id = @structure`,
			postgres.Args{"id": id, "structure": actor.OrganisationID, "place": n.Place, "name": name, "now": tx.Now(), "account": actor.Account()})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Field("place", "Choisissez un lieu de la liste.")
		}
		return s.journal(ctx, tx, actor, "appareil ajouté", "appareil", id, map[string]any{"nom": name})
	})
	return id, fault.Wrap(err, "add device")
}

// Devices lists the devices of the actor's structure, newest first.
func (s *Service) Devices(ctx context.Context, actor Actor) ([]Device, error) {
	if err := actor.May(DeviceWrite); err != nil {
		return nil, err
	}
	var list []Device
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Device](ctx, tx, `
			SELECT d.id, d.name, d.place_id, p.name AS place, d.created_at, d.paired_at, d.last_seen_at, d.browser, d.revoked_at
			FROM devices d JOIN places p ON p.id = d.place_id
			WHERE d.structure_id = @structure ORDER BY (d.revoked_at IS NOT NULL), d.created_at DESC, d.id DESC LIMIT 200`,
			postgres.Args{"structure": actor.OrganisationID})
		return err
	})
	return list, fault.Wrap(err, "list devices")
}

// Device finds one device of the actor's structure; ErrNoDevice otherwise.
func (s *Service) Device(ctx context.Context, actor Actor, id uuid.UUID) (Device, error) {
	list, err := s.Devices(ctx, actor)
	if err != nil {
		return Device{}, err
	}
	for _, d := range list {
		if d.ID == id {
			return d, nil
		}
	}
	return Device{}, ErrNoDevice
}

// RevokeDevice withdraws a device within seconds; ErrNoDevice when the structure
// has no such device.
func (s *Service) RevokeDevice(ctx context.Context, actor Actor, id uuid.UUID) error {
	n, err := s.revokeDevices(ctx, actor, &id)
	if err == nil && n == 0 {
		err = ErrNoDevice
	}
	return err
}

// RevokeDevices withdraws every device of the structure and says how many.
func (s *Service) RevokeDevices(ctx context.Context, actor Actor) (int, error) {
	return s.revokeDevices(ctx, actor, nil)
}

func (s *Service) revokeDevices(ctx context.Context, actor Actor, only *uuid.UUID) (int, error) {
	if err := actor.May(DeviceWrite); err != nil {
		return 0, err
	}
	var withdrawn []uuid.UUID
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		withdrawn, err = postgres.Values[uuid.UUID](ctx, tx, `
			UPDATE devices SET revoked_at = @now, revoked_by = @account, pairing_hash = NULL, pairing_until = NULL, secret_hash = NULL
			WHERE structure_id = @structure AND revoked_at IS NULL AND (@only::uuid IS NULL OR id = @only)
			RETURNING id`,
			postgres.Args{"now": tx.Now(), "account": actor.Account(), "structure": actor.OrganisationID, "only": only})
		if err != nil {
			return err
		}
		for _, id := range withdrawn {
			if err := s.journal(ctx, tx, actor, "appareil retiré", "appareil", id, nil); err != nil {
				return err
			}
		}
		return nil
	})
	s.devices.forget()
	return len(withdrawn), fault.Wrap(err, "revoke devices")
}

type deviceRow struct {
	ID               uuid.UUID
	Name             string
	PlaceID          uuid.UUID
	OrganisationID   uuid.UUID
	OrganisationName string
}

// DeviceActor tells who a paired device acts for; ErrDevice when it is unknown
// or was withdrawn. An answer is kept for a few seconds, as a token's is.
func (s *Service) DeviceActor(ctx context.Context, secret, browser string) (Actor, error) {
	if !strings.HasPrefix(secret, devicePrefix) || len(secret) > 100 {
		return Actor{}, ErrDevice
	}
	hash := [32]byte(hashSecret(secret))
	if actor, ok := s.devices.get(hash, s.db.Now()); ok {
		return actor, nil
	}
	var row deviceRow
	err := s.db.InIdentity(ctx, func(tx *postgres.Tx) (err error) {
		// Seen at most once a minute: a busy tablet must not write at each page.
		_, err = postgres.Do(ctx, tx, `
			UPDATE devices SET last_seen_at = @now, browser = @browser
			WHERE secret_hash = @hash AND (last_seen_at IS NULL OR last_seen_at < @now::timestamptz - interval '1 minute')`,
			postgres.Args{"now": tx.Now(), "hash": hash[:], "browser": browser})
		if err != nil {
			return err
		}
		row, err = postgres.One[deviceRow](ctx, tx, `
			SELECT d.id, d.name, d.place_id, o.id AS organisation_id, o.name AS organisation_name
			FROM devices d JOIN organisations o ON o.id = d.structure_id AND o.suspended_at IS NULL AND o.is_structure
			WHERE d.secret_hash = @hash AND d.revoked_at IS NULL`, postgres.Args{"hash": hash[:]})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return Actor{}, ErrDevice
	}
	if err != nil {
		return Actor{}, fault.Wrap(err, "find device")
	}
	actor := row.actor()
	s.devices.put(hash, actor, s.db.Now())
	return actor, nil
}

func (r deviceRow) actor() Actor {
	set := Permissions{}
	for _, p := range devicePermissions {
		set[p] = true
	}
	return Actor{DeviceID: r.ID, PlaceID: r.PlaceID, Name: r.Name, OrganisationID: r.OrganisationID, OrganisationName: r.OrganisationName,
		Capacities: Capacities{Structure: true}, Permissions: set}
}
