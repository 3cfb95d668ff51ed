package distribution

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// An undone hand-over no longer has a validity: the carnet's belongs to the next.
const handOverSelect = `
	SELECT h.commanditaire_id, h.id, h.order_id, h.carnet_id, h.point_id, p.name AS point_name, h.serial, h.ranks, h.at, h.public_category,
		h.entries, h.pathway_id, h.channel, h.group_id, h.actor_name, h.undone_at, coalesce(k.usable_until, 'epoch'::date) AS usable_until,
		CASE WHEN h.group_id IS NULL THEN 0 ELSE (SELECT count(*)::int FROM handovers g
			WHERE g.commanditaire_id = h.commanditaire_id AND g.group_id = h.group_id AND g.undone_at IS NULL) END AS together
	FROM handovers h
	JOIN points p ON p.aiguilleur_id = h.aiguilleur_id AND p.id = h.point_id
	JOIN carnets k ON k.commanditaire_id = h.commanditaire_id AND k.id = h.carnet_id
	WHERE h.aiguilleur_id = @me`

func oneHandOver(ctx context.Context, tx *postgres.Tx, tail string, args postgres.Args) (HandOver, error) {
	h, err := postgres.One[HandOver](ctx, tx, handOverSelect+tail, args)
	if errors.Is(err, postgres.ErrNoRow) {
		return h, ErrHandOverNotFound
	}
	return h, err
}

func byKey(ctx context.Context, tx *postgres.Tx, actor identity.Actor, commanditaire uuid.UUID, key string) (HandOver, error) {
	return oneHandOver(ctx, tx, ` AND h.commanditaire_id = @commanditaire AND h.idempotency_key = @key`,
		postgres.Args{"me": actor.OrganisationID, "commanditaire": commanditaire, "key": key})
}

func lockHandOver(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID) (HandOver, error) {
	return oneHandOver(ctx, tx, ` AND h.id = @id FOR UPDATE OF h`, postgres.Args{"me": actor.OrganisationID, "id": id})
}

func findHandOver(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID) (HandOver, error) {
	return oneHandOver(ctx, tx, ` AND h.id = @id`, postgres.Args{"me": actor.OrganisationID, "id": id})
}

// latestLive is the last hand-over of a carnet that still holds.
func latestLive(ctx context.Context, tx *postgres.Tx, c carnet.Carnet) (HandOver, error) {
	return oneHandOver(ctx, tx, ` AND h.commanditaire_id = @commanditaire AND h.carnet_id = @carnet AND h.undone_at IS NULL ORDER BY h.at DESC, h.id DESC LIMIT 1`,
		postgres.Args{"me": *c.AiguilleurID, "commanditaire": c.CommanditaireID, "carnet": c.ID})
}

// groupOf lists the hand-overs of a household, undone ones included, in the order
// they were made.
func groupOf(ctx context.Context, tx *postgres.Tx, actor identity.Actor, h HandOver) ([]HandOver, error) {
	return postgres.All[HandOver](ctx, tx, handOverSelect+` AND h.commanditaire_id = @commanditaire AND h.group_id = @group ORDER BY h.id`,
		postgres.Args{"me": actor.OrganisationID, "commanditaire": h.CommanditaireID, "group": h.GroupID})
}

// lockGroup is groupOf that keeps others away; it alone without a household.
func lockGroup(ctx context.Context, tx *postgres.Tx, actor identity.Actor, h HandOver) ([]HandOver, error) {
	return postgres.All[HandOver](ctx, tx, handOverSelect+` AND h.commanditaire_id = @commanditaire AND (h.id = @id OR h.group_id = @group) ORDER BY h.id FOR UPDATE OF h`,
		postgres.Args{"me": actor.OrganisationID, "commanditaire": h.CommanditaireID, "id": h.ID, "group": h.GroupID})
}

func insertHandOver(ctx context.Context, tx *postgres.Tx, actor identity.Actor, h HandOver, key string) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO handovers (commanditaire_id, id, order_id, carnet_id, aiguilleur_id, point_id, serial, ranks, at, account_id, actor_name, public_category,
			entries, pathway_id, channel, group_id, idempotency_key)
		VALUES (@commanditaire, @id, @order, @carnet, @me, @point, @serial, @ranks, @now, @account, @name, @category, @entries, @pathway, @channel, @group, @key)`,
		postgres.Args{"commanditaire": h.CommanditaireID, "id": h.ID, "order": h.OrderID, "carnet": h.CarnetID, "me": actor.OrganisationID, "point": h.PointID,
			"serial": h.Serial, "ranks": h.Ranks, "now": h.At, "account": actor.Account(), "name": h.ActorName, "category": h.PublicCategory,
			"entries": h.Entries, "pathway": h.PathwayID, "channel": h.Channel, "group": h.GroupID, "key": key})
	return err
}
