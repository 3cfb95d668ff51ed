package redemption

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// LateDevice is what a structure's late claims came from: a browser (ID is the
// identifier it made), a paired device or an API token (ID is theirs).
type LateDevice struct {
	ID            uuid.UUID
	Kind          string // KindBrowser, KindPaired or KindToken
	Agent         string // what it says it is
	FirstSeenAt   time.Time
	LastSeenAt    time.Time
	AccountID     *uuid.UUID // who sent its last claim
	AccountName   string
	RevokedAt     *time.Time
	RevokedByName string
}

// ErrNoDevice is a device that the structure never saw.
var ErrNoDevice = fault.New(fault.KindNotFound, "Cet appareil n’existe pas, ou n’est pas celui de votre structure.")

// LateDevices lists what the structure's queues came from, last seen first. It
// answers identity.ErrForbidden.
func (s *Service) LateDevices(ctx context.Context, actor identity.Actor) ([]LateDevice, error) {
	if err := actor.May(identity.DeviceWrite); err != nil {
		return nil, err
	}
	var list []LateDevice
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[LateDevice](ctx, tx, `
			SELECT id, kind, agent, first_seen_at, last_seen_at, account_id, account_name, revoked_at, revoked_by_name
			FROM late_devices WHERE structure_id = @structure ORDER BY last_seen_at DESC, id LIMIT 500`,
			postgres.Args{"structure": actor.OrganisationID})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list late devices: %w", err)
	}
	return list, nil
}

// RevokeLateDevice stops the late claims of a device: what it still holds
// becomes disputes, whoever uses it. Revoking twice is harmless. It answers
// ErrNoDevice.
func (s *Service) RevokeLateDevice(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	return s.changeDevices(ctx, actor, "retrait_appareil", id, revoking+` WHERE structure_id = @structure AND id = @id`, true)
}

// RevokeLateDevicesOf stops the late claims of every browser last used by a
// person; ErrNoDevice when there is none.
func (s *Service) RevokeLateDevicesOf(ctx context.Context, actor identity.Actor, account uuid.UUID) error {
	return s.changeDevices(ctx, actor, "retrait_appareils", account, revoking+` WHERE structure_id = @structure AND account_id = @id`, true)
}

// RestoreLateDevice lets a device that was found again claim late. It answers
// ErrNoDevice.
func (s *Service) RestoreLateDevice(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	return s.changeDevices(ctx, actor, "retour_appareil", id, revoking+` WHERE structure_id = @structure AND id = @id`, false)
}

const revoking = `
	UPDATE late_devices SET revoked_at = CASE WHEN @revoked THEN coalesce(revoked_at, @now) END,
		revoked_by = CASE WHEN @revoked THEN @account::uuid END, revoked_by_name = CASE WHEN @revoked THEN @name ELSE '' END`

func (s *Service) changeDevices(ctx context.Context, actor identity.Actor, act string, id uuid.UUID, sql string, revoked bool) error {
	if err := actor.May(identity.DeviceWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		n, err := postgres.Do(ctx, tx, sql, postgres.Args{
			"structure": actor.OrganisationID, "id": id, "now": tx.Now(), "account": actor.Account(), "name": actor.Name, "revoked": revoked,
		})
		if err != nil {
			return fmt.Errorf("write devices: %w", err)
		}
		if n == 0 {
			return ErrNoDevice
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "appareil", SubjectID: id})
	})
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}
