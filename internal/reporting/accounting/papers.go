package accounting

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/sheet"
)

// AnnualPDF prints a compte annuel, whole or of one commanditaire. ErrNoYear.
func (s *Service) AnnualPDF(ctx context.Context, actor identity.Actor, year int, commanditaire *uuid.UUID) (name string, pdf []byte, err error) {
	a, err := s.Annual(ctx, actor, year, commanditaire)
	if err != nil {
		return "", nil, err
	}
	facts := s.accountsFacts(a.Year, a.To, a.Closed, a.Aside)
	facts.Total = print.AccountRow{Columns: printedColumns(a.Total)}
	for _, g := range a.Commanditaires() {
		facts.Groups = append(facts.Groups, printedGroup(g))
	}
	pdf, err = print.Accounts(facts)
	if err != nil {
		return "", nil, fmt.Errorf("print annual accounts: %w", err)
	}
	return "compte-annuel-" + strconv.Itoa(year) + ".pdf", pdf, nil
}

func (s *Service) accountsFacts(year int, to time.Time, closed bool, aside Aside) print.AccountsFacts {
	f := print.AccountsFacts{Issuer: s.issuer, Year: year, Upto: to, Closed: closed, Deadline: Deadline(year), CreatedAt: s.db.Now().In(postgres.Paris)}
	for _, l := range aside.Lines() {
		f.Aside = append(f.Aside, print.AccountAside{Label: l.Label, AccountColumn: print.AccountColumn(l.Column)})
	}
	for _, d := range Definitions {
		f.Definitions = append(f.Definitions, print.AccountDefinition(d))
	}
	return f
}

func printedColumns(m Movement) (columns [6]print.AccountColumn) {
	for i, c := range m.Columns() {
		columns[i] = print.AccountColumn(c)
	}
	return columns
}

func printedGroup(g Group) print.AccountGroup {
	group := print.AccountGroup{Name: g.Name, SIRET: g.SIRET, Total: print.AccountRow{Columns: printedColumns(g.Total)}}
	for _, o := range g.Orders {
		group.Rows = append(group.Rows, print.AccountRow{Label: strings.TrimSpace(o.Number + "\n" + o.Title), Columns: printedColumns(o.Movement)})
	}
	return group
}

// AnnualSheet is the compte annuel as a table, an order a row. ErrNoYear.
func (s *Service) AnnualSheet(ctx context.Context, actor identity.Actor, year int, commanditaire *uuid.UUID) (name string, write func(io.Writer) error, err error) {
	a, err := s.Annual(ctx, actor, year, commanditaire)
	if err != nil {
		return "", nil, err
	}
	return "compte-annuel-" + strconv.Itoa(year) + ".csv", func(w io.Writer) error { return writeAnnual(w, a) }, nil
}

var annualTitles = []string{"Restant au 1er janvier", "Commandés", "Utilisés et payés", "Rejetés", "Remboursés ou échangés", "Restant à rembourser"}

func writeAnnual(w io.Writer, a Annual) error {
	out := sheet.NewWriter(w)
	titles := []string{"Année", "Arrêté au", "Commanditaire", "SIRET", "Commande", "Valeur d’un chèque"}
	for _, t := range annualTitles {
		titles = append(titles, t+" (nombre)", t+" (montant)")
	}
	titles = append(titles, "Votre part (montant restant)")
	if err := out.Header(titles...); err != nil {
		return err
	}
	for _, o := range a.Orders {
		cells := []sheet.Cell{sheet.Int(a.Year), sheet.Date(a.To), sheet.Text(o.Commanditaire), sheet.Text(o.SIRET), sheet.Text(o.Number), sheet.Money(o.FaceValue)}
		for _, c := range o.Columns() {
			cells = append(cells, sheet.Int(c.Cheques), sheet.Money(c.Amount))
		}
		share := sheet.Cell{}
		if o.Share != nil {
			share = sheet.Money(o.Share.Closing.Amount)
		}
		if err := out.Row(append(cells, share)...); err != nil {
			return err
		}
	}
	return out.Flush()
}

// RedditionPDF prints the reddition des comptes of one commanditaire.
// ErrNotFound, ErrNoYear.
func (s *Service) RedditionPDF(ctx context.Context, actor identity.Actor, year int, commanditaire uuid.UUID) (name string, pdf []byte, err error) {
	r, err := s.Reddition(ctx, actor, year, commanditaire)
	if err != nil {
		return "", nil, err
	}
	f := print.RedditionFacts{AccountsFacts: s.accountsFacts(year, r.To, r.Closed, r.Aside), Party: print.Party{Name: r.Name, SIRET: r.SIRET}, Account: printedGroup(r.Group)}
	f.Account.Name, f.Account.SIRET = "Compte des chèques", ""
	for _, l := range r.Use {
		f.Use = append(f.Use, print.UseOfFunds(l))
	}
	for _, fee := range FeesBetween(r.Before, r.After) {
		f.Fees = append(f.Fees, print.AccountFee(fee))
	}
	for _, l := range r.Receipts {
		f.Receipts = append(f.Receipts, print.AccountReceipt{On: l.ReceivedOn, Order: l.OrderNumber, Mandat: l.Mandat, Payer: l.Payer, Face: l.FaceCents, Fees: l.FeesCents, VAT: l.VATCents, Total: l.Total()})
	}
	for _, l := range r.Structures {
		f.Structures = append(f.Structures, print.AccountStructure{Name: l.Name, SIRET: l.SIRET, Cheques: l.Cheques, Gross: l.GrossCents, Adjust: l.Adjust, Fees: l.Fees, Net: l.NetCents})
	}
	pdf, err = print.Reddition(f)
	if err != nil {
		return "", nil, fmt.Errorf("print reddition: %w", err)
	}
	return "reddition-" + strconv.Itoa(year) + "-" + r.SIRET + ".pdf", pdf, nil
}

// RedditionSheet is the list of the structures paid for one commanditaire, as a
// table. ErrNotFound, ErrNoYear.
func (s *Service) RedditionSheet(ctx context.Context, actor identity.Actor, year int, commanditaire uuid.UUID) (name string, write func(io.Writer) error, err error) {
	r, err := s.Reddition(ctx, actor, year, commanditaire)
	if err != nil {
		return "", nil, err
	}
	return "structures-payees-" + strconv.Itoa(year) + "-" + r.SIRET + ".csv", func(w io.Writer) error { return writePaid(w, r) }, nil
}

func writePaid(w io.Writer, r Reddition) error {
	out := sheet.NewWriter(w)
	if err := out.Header("Année", "Structure", "SIRET", "Commune", "Chèques", "Valeur", "Corrections", "Frais TTC", "Net viré"); err != nil {
		return err
	}
	for _, l := range r.Structures {
		err := out.Row(sheet.Int(r.Year), sheet.Text(l.Name), sheet.Text(l.SIRET), sheet.Text(l.Town), sheet.Int(l.Cheques), sheet.Money(l.GrossCents),
			sheet.Money(l.Adjust), sheet.Money(-l.Fees), sheet.Money(l.NetCents))
		if err != nil {
			return err
		}
	}
	return out.Flush()
}

// BalanceSheet is the balance générale as a table, auxiliary accounts apart.
// ErrNoYear.
func (s *Service) BalanceSheet(ctx context.Context, actor identity.Actor, year int) (name string, write func(io.Writer) error, err error) {
	var b Balance
	err = s.asOperator(ctx, actor, "balance générale", func(tx *postgres.Tx) (err error) {
		b, err = readBalance(ctx, tx, year, true)
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("compute balance: %w", err)
	}
	return "balance-" + strconv.Itoa(year) + ".csv", func(w io.Writer) error { return writeBalance(w, b) }, nil
}

func writeBalance(w io.Writer, b Balance) error {
	out := sheet.NewWriter(w)
	if err := out.Header("Compte", "Libellé", "Auxiliaire", "Nom", "Solde d’ouverture", "Débit", "Crédit", "Solde"); err != nil {
		return err
	}
	for _, l := range b.Lines {
		err := out.Row(sheet.Text(l.Number), sheet.Text(l.Label), sheet.Text(l.AuxNumber), sheet.Text(l.AuxLabel), sheet.Money(l.Opening), sheet.Money(l.Debit), sheet.Money(l.Credit), sheet.Money(l.Closing))
		if err != nil {
			return err
		}
	}
	return out.Flush()
}

// bookBatch is how many lines of the grand livre are in memory at a time.
const bookBatch = 2000

// BookSheet is the grand livre of one account as a table. ErrNotFound.
func (s *Service) BookSheet(ctx context.Context, actor identity.Actor, f Filter) (name string, write func(io.Writer) error, err error) {
	if _, ok := Lookup(f.Account); !ok {
		return "", nil, ErrNotFound
	}
	if err := actor.May(identity.PlatformRead); err != nil {
		return "", nil, err
	}
	return "grand-livre-" + f.Account + ".csv", func(w io.Writer) error {
		return s.asOperator(ctx, actor, "grand livre", func(tx *postgres.Tx) error { return writeBook(ctx, tx, w, f) })
	}, nil
}

func writeBook(ctx context.Context, tx *postgres.Tx, w io.Writer, f Filter) error {
	out := sheet.NewWriter(w)
	if err := out.Header("Compte", "Date", "Opération", "Pièce", "Commande", "Tiers", "Débit", "Crédit", "Solde"); err != nil {
		return err
	}
	b, err := readBook(ctx, tx, f, nil, bookBatch)
	for err == nil {
		for _, l := range b.Lines {
			err := out.Row(sheet.Text(b.Number), sheet.Date(l.Day), sheet.Text(KindLabel(l.Kind)), sheet.Text(l.Piece), sheet.Text(l.OrderNumber), sheet.Text(l.Party),
				amountOrNothing(l.Debit), amountOrNothing(l.Credit), sheet.Money(l.Balance))
			if err != nil {
				return err
			}
		}
		if !b.More {
			return out.Flush()
		}
		last := b.Lines[len(b.Lines)-1]
		b.Lines = b.Lines[:0]
		err = b.read(ctx, tx, &last.BookKey, bookBatch, last.Balance)
	}
	return err
}

func amountOrNothing(c money.Cents) sheet.Cell {
	if c == 0 {
		return sheet.Cell{}
	}
	return sheet.Money(c)
}
