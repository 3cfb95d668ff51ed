package invoicing

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"time"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/sheet"
)

// Sheet writes the documents of a filter, the oldest first, one a row.
func (s *Service) Sheet(ctx context.Context, actor identity.Actor, f Filter, w io.Writer) error {
	if err := actor.May(identity.PlatformRead); err != nil {
		return err
	}
	var all []Row
	err := s.db.InPlatform(ctx, actor, "export des factures", func(tx *postgres.Tx) (err error) {
		all, err = each(ctx, tx, f)
		return err
	})
	if err != nil {
		return fault.Wrap(err, "export invoices")
	}
	return writeSheet(w, all)
}

// MySheet is Sheet of what concerns the actor's organisation.
func (s *Service) MySheet(ctx context.Context, actor identity.Actor, f Filter, w io.Writer) error {
	if !reads(actor) {
		return identity.ErrForbidden
	}
	var all []Row
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		all, err = each(ctx, tx, f)
		return err
	})
	if err != nil {
		return fault.Wrap(err, "export invoices")
	}
	return writeSheet(w, all)
}

// writeSheet gives avoirs negative sums, so that a column adds up.
func writeSheet(w io.Writer, all []Row) error {
	out := sheet.NewWriter(w)
	if err := out.Header("Numéro", "Type", "Date", "Échéance", "Acheteur", "Commande", "Valeur faciale", "Frais et services HT", "TVA", "Total TTC", "Payé", "Reste à payer", "État", "Transmission"); err != nil {
		return err
	}
	for _, r := range all {
		sign := money.Cents(1)
		if r.Kind == Credit {
			sign = -1
		}
		err := out.Row(sheet.Text(r.Number), sheet.Text(string(r.Kind)), sheet.Date(r.IssuedOn), sheet.Date(r.DueOn), sheet.Text(r.BuyerName), sheet.Text(r.OrderNumber),
			sheet.Money(sign*r.Face), sheet.Money(sign*r.Fees), sheet.Money(sign*r.VAT), sheet.Money(sign*r.Total), sheet.Money(r.PaidSum()), sheet.Money(r.Due),
			sheet.Text(r.State.Label()), sheet.Text(r.Sending.Label()))
		if err != nil {
			return err
		}
	}
	return out.Flush()
}

// Year writes every document of a year in one archive, as it goes: the papers,
// then the list. What was not drawn yet is drawn.
func (s *Service) Year(ctx context.Context, actor identity.Actor, year int, w io.Writer) error {
	if err := actor.May(identity.PlatformRead); err != nil {
		return err
	}
	var all []Row
	err := s.db.InPlatform(ctx, actor, "export des factures d’une année", func(tx *postgres.Tx) (err error) {
		all, err = each(ctx, tx, Filter{Side: Everything, Year: year})
		return err
	})
	if err != nil {
		return fault.Wrap(err, "export invoices")
	}
	archive := zip.NewWriter(w)
	for _, r := range all {
		content, err := s.paper(ctx, r.ID)
		if err != nil {
			return fmt.Errorf("export %s: %w", r.Number, err)
		}
		if err := put(archive, r.Number+".pdf", r.IssuedAt, content); err != nil {
			return err
		}
	}
	list, err := archive.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("factures-%d.csv", year), Method: zip.Deflate, Modified: s.db.Now()})
	if err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	if err := writeSheet(list, all); err != nil {
		return err
	}
	return archive.Close()
}

// put keeps a paper as it is: it is compressed already.
func put(archive *zip.Writer, name string, at time.Time, content []byte) error {
	w, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: at})
	if err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	if _, err := w.Write(content); err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	return nil
}
