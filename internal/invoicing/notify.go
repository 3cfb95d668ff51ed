package invoicing

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/french"
	"passnum/internal/mail"
	"passnum/internal/postgres"
)

// recipients are the members of a buyer who see to its bills.
func recipients(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID) ([]string, error) {
	list, err := postgres.Values[string](ctx, tx, `
		SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE m.organisation_id = @organisation AND m.ended_at IS NULL AND a.disabled_at IS NULL
			AND m.role IN ('responsable', 'signataire', 'gestionnaire') ORDER BY a.email`, postgres.Args{"organisation": organisation})
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	if len(list) > 0 {
		return list, nil
	}
	// A co-funder may have nobody here yet, and a contact all the same.
	list, err = postgres.Values[string](ctx, tx, `SELECT contact_email FROM organisation_settings WHERE organisation_id = @organisation AND contact_email <> ''`,
		postgres.Args{"organisation": organisation})
	if err != nil {
		return nil, fmt.Errorf("read contact: %w", err)
	}
	return list, nil
}

// tell writes to a payer that a document is there.
func (s *Service) tell(ctx context.Context, tx *postgres.Tx, d Document) error {
	line := "La facture " + d.Number + ", de " + d.Total.String() + ", est émise. Elle est à payer avant le " + french.Date(d.DueOn) + "."
	switch {
	case d.Kind == Credit:
		line = "L’avoir " + d.Number + ", de " + d.Total.String() + ", est émis. Motif\u00a0: " + d.Reason
	case d.Settled:
		line = "La facture " + d.Number + ", de " + d.Total.String() + ", est émise. Elle est déjà payée."
	}
	_, err := s.write(ctx, tx, d, titleOf(d), line)
	return err
}

// write sends a letter about a document to the members of its buyer, and
// returns their addresses.
func (s *Service) write(ctx context.Context, tx *postgres.Tx, d Document, subject, line string) ([]string, error) {
	if s.Post == nil {
		return nil, nil
	}
	to, err := recipients(ctx, tx, d.BuyerID)
	if err != nil {
		return nil, err
	}
	path := "/commanditaire/factures/" + d.ID.String()
	if d.Series == SeriesStructure {
		path = "/structure/factures"
	}
	for _, address := range to {
		m := mail.Render(subject, "Bonjour,", []string{line}, &mail.Action{Label: "Ouvrir la facture", URL: s.BaseURL + path}, "")
		m.To = address
		if err := s.Post(ctx, tx, m); err != nil {
			return nil, fmt.Errorf("tell buyer: %w", err)
		}
	}
	return to, nil
}
