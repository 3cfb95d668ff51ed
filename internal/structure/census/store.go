package census

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

const importColumns = `id, structure_id, file_name, state, version, encoding, separator, unknown_columns, refusal, asked_at, asked_by_name, applied_at, applied_by_name`

// batch is how many rows one statement carries.
const batch = 1000

func readImport(ctx context.Context, tx *postgres.Tx, structure *uuid.UUID, id uuid.UUID, lock string) (Import, error) {
	i, err := postgres.One[Import](ctx, tx, `SELECT `+importColumns+` FROM census_imports WHERE id = @id AND structure_id IS NOT DISTINCT FROM @structure`+lock,
		postgres.Args{"id": id, "structure": structure})
	if errors.Is(err, postgres.ErrNoRow) {
		return i, ErrNoImport
	}
	return i, fault.Wrap(err, "read import")
}

func readContent(ctx context.Context, tx *postgres.Tx, id uuid.UUID) ([]byte, error) {
	return postgres.Value[[]byte](ctx, tx, `SELECT content FROM census_imports WHERE id = @id`, postgres.Args{"id": id})
}

// readPlaces reads every place that lines may be compared with.
func readPlaces(ctx context.Context, tx *postgres.Tx, structure *uuid.UUID) ([]*place, error) {
	list, err := postgres.All[place](ctx, tx, `SELECT `+columns+` FROM places WHERE @structure::uuid IS NULL OR structure_id = @structure ORDER BY created_at, id`,
		postgres.Args{"structure": structure})
	if err != nil {
		return nil, err
	}
	pointers := make([]*place, len(list))
	for i := range list {
		pointers[i] = &list[i]
	}
	if structure != nil {
		pointers = only(pointers, *structure)
	}
	return pointers, nil
}

func readLinks(ctx context.Context, tx *postgres.Tx, structure *uuid.UUID) (map[string]link, error) {
	list, err := postgres.All[link](ctx, tx, `SELECT key, choice, target FROM census_links WHERE structure_id IS NOT DISTINCT FROM @structure`, postgres.Args{"structure": structure})
	links := make(map[string]link, len(list))
	for _, l := range list {
		links[l.Key] = l
	}
	return links, err
}

// inBatches sends rows as JSON, a thousand at a time.
func inBatches[T any](ctx context.Context, tx *postgres.Tx, rows []T, sql string, args postgres.Args, tell func(done int) error) error {
	done := 0
	for part := range slices.Chunk(rows, batch) {
		text, err := json.Marshal(part)
		if err != nil {
			return fmt.Errorf("write rows: %w", err)
		}
		args["rows"] = string(text)
		if _, err := postgres.Do(ctx, tx, sql, args); err != nil {
			return err
		}
		done += len(part)
		if err := tell(done); err != nil {
			return err
		}
	}
	return nil
}

func silent(int) error { return nil }

// writeLines replaces what was said of an import's lines.
func writeLines(ctx context.Context, tx *postgres.Tx, i Import, lines []Line) error {
	if _, err := postgres.Do(ctx, tx, `DELETE FROM census_lines WHERE import_id = @id`, postgres.Args{"id": i.ID}); err != nil {
		return err
	}
	for n := range lines {
		lines[n].Changes = list(lines[n].Changes)
		if lines[n].Problems == nil {
			lines[n].Problems = []Problem{}
		}
	}
	return inBatches(ctx, tx, lines, `
		INSERT INTO census_lines (import_id, structure_id, line, outcome, key, name, town, target, target_name, changes, problems, accepts)
		SELECT @id, @structure, line, outcome, key, name, town, target, target_name, changes, problems, accepts
		FROM jsonb_populate_recordset(NULL::census_lines, @rows::jsonb)`, postgres.Args{"id": i.ID, "structure": i.StructureID}, silent)
}

const insertPlaces = `INSERT INTO places (` + columns + `) SELECT ` + columns + ` FROM jsonb_populate_recordset(NULL::places, @rows::jsonb)`

// updatePlaces leaves alone what the structure wrote since the places were read.
const updatePlaces = `
	UPDATE places p SET
		name = r.name, structure_siret = r.structure_siret, referent = r.referent, street = r.street, complement = r.complement, postal_code = r.postal_code,
		town = r.town, insee = r.insee, ancestors = r.ancestors, latitude = r.latitude, longitude = r.longitude, positioned = r.positioned, phone = r.phone,
		email = r.email, website = r.website, opening_hours = r.opening_hours, summary = r.summary, presentation = r.presentation, source = r.source,
		itinerant = r.itinerant, parent_structure = r.parent_structure, families = r.families, typologies = r.typologies, programmes = r.programmes,
		labels = r.labels, other_labels = r.other_labels, audiences = r.audiences, special_cares = r.special_cares, fees = r.fees, access_ways = r.access_ways,
		accessibility_url = r.accessibility_url, appointment_url = r.appointment_url, entries = r.entries, modes = r.modes, nothing_to_pay = r.nothing_to_pay,
		own_fields = r.own_fields, published = r.published, confirmed_at = r.confirmed_at, updated_at = r.updated_at
	FROM jsonb_populate_recordset(NULL::places, @rows::jsonb) r
	WHERE p.id = r.id AND p.structure_id IS NOT DISTINCT FROM r.structure_id`

// lockPlaces takes the places to change, so that nobody edits them meanwhile; it
// must come before they are read. Chèques are still taken there. One file is
// applied at a time: rows say nothing of the places that another one is adding.
func lockPlaces(ctx context.Context, tx *postgres.Tx, structure *uuid.UUID) error {
	if _, err := postgres.Do(ctx, tx, `SELECT pg_advisory_xact_lock(hashtextextended('census', 0))`, nil); err != nil {
		return err
	}
	_, err := postgres.Do(ctx, tx, `SELECT id FROM places WHERE @structure::uuid IS NULL OR structure_id = @structure ORDER BY id FOR NO KEY UPDATE`, postgres.Args{"structure": structure})
	return err
}

type keyTarget struct {
	ID     uuid.UUID `json:"id"`
	Key    string    `json:"key"`
	Target string    `json:"target"`
}

// remember keeps what the file's identifiers stand for; what a person decided
// stays.
func remember(ctx context.Context, tx *postgres.Tx, structure *uuid.UUID, merged map[string]string) error {
	rows := make([]keyTarget, 0, len(merged))
	for key, target := range merged {
		rows = append(rows, keyTarget{postgres.NewID(), key, target})
	}
	return inBatches(ctx, tx, rows, `
		INSERT INTO census_links (id, structure_id, key, choice, target, decided_at)
		SELECT id, @structure, key, 'fusionner', target, @now FROM jsonb_populate_recordset(NULL::census_links, @rows::jsonb)
		ON CONFLICT (structure_id, key) DO NOTHING`, postgres.Args{"structure": structure, "now": tx.Now()}, silent)
}
