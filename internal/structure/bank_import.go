package structure

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"passnum/internal/fault"
	"passnum/internal/fold"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// MatchImport is what a file of answers changed, and what it could not.
type MatchImport struct {
	Applied  int
	Same     int // already known
	Problems []string
}

const mostMatches = 20_000

// ImportMatches reads a file of answers, one account a line: IBAN; result; name.
// The result is a code (RCVC, RVMC, RVNM, RVNA) or what a French bank writes. A
// line that cannot be read, or whose account is nobody's, is told and skipped.
func (s *Service) ImportMatches(ctx context.Context, actor identity.Actor, content []byte) (MatchImport, error) {
	var done MatchImport
	if err := actor.May(identity.PlatformPayments); err != nil {
		return done, err
	}
	rows, err := readMatches(content)
	if err != nil {
		return done, err
	}
	err = s.db.InPlatform(ctx, actor, "vérification de titulaires par fichier", func(tx *postgres.Tx) error {
		for _, row := range rows {
			if err := s.importMatch(ctx, tx, actor, row, &done); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return MatchImport{}, fault.Wrap(err, "import verifications of payee")
	}
	return done, nil
}

type matchRow struct {
	line    int
	iban    identifier.IBAN
	found   Verification
	problem string
}

func (s *Service) importMatch(ctx context.Context, tx *postgres.Tx, actor identity.Actor, row matchRow, done *MatchImport) error {
	if row.problem != "" {
		done.Problems = append(done.Problems, fmt.Sprintf("Ligne %d\u00a0: %s", row.line, row.problem))
		return nil
	}
	accounts, err := postgres.All[Account](ctx, tx, `
		SELECT `+accountColumns+` FROM structure_bank_accounts b WHERE b.iban = @iban AND b.state IN ('attente', 'active') ORDER BY b.structure_id FOR UPDATE`,
		postgres.Args{"iban": row.iban.String()})
	if err != nil {
		return err
	}
	if len(accounts) == 0 {
		done.Problems = append(done.Problems, fmt.Sprintf("Ligne %d\u00a0: aucun compte de structure n’a l’IBAN %s.", row.line, row.iban.Masked()))
	}
	for _, a := range accounts {
		if a.VoPResult == row.found.Result && a.VoPName == row.found.Name {
			done.Same++
			continue
		}
		if err := s.recordMatch(ctx, tx, actor, a, row.found); err != nil {
			return err
		}
		done.Applied++
	}
	return nil
}

// readMatches reads the sheet, with or without a line of titles, in UTF-8 or as
// French spreadsheets write it.
func readMatches(content []byte) ([]matchRow, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) {
		content, _ = charmap.Windows1252.NewDecoder().Bytes(content)
	}
	reader := csv.NewReader(bytes.NewReader(content))
	reader.Comma, reader.FieldsPerRecord, reader.LazyQuotes = ';', -1, true
	var rows []matchRow
	for line := 1; ; line++ {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || bytes.IndexByte(content, 0) >= 0 {
			return nil, fault.Field("fichier", "Ce fichier n’est pas un CSV lisible\u00a0: une ligne par compte, IBAN;résultat;nom.")
		}
		if line == 1 && fold.Text(record[0]) == "iban" {
			continue
		}
		if len(rows) == mostMatches {
			return nil, fault.Field("fichier", "Ce fichier a plus de 20\u202f000 lignes\u00a0: coupez-le en plusieurs.")
		}
		rows = append(rows, readMatch(line, record))
	}
	if len(rows) == 0 {
		return nil, fault.Field("fichier", "Ce fichier est vide.")
	}
	return rows, nil
}

func readMatch(line int, record []string) matchRow {
	row := matchRow{line: line}
	if len(record) < 2 {
		row.problem = "il manque le résultat. Attendu\u00a0: IBAN;résultat;nom."
		return row
	}
	iban, err := identifier.ParseIBAN(record[0])
	if refusal, ok := fault.As(err); ok {
		row.problem = refusal.Sentence
		return row
	}
	row.iban, row.found.Result = iban, matchOf(record[1])
	if len(record) > 2 {
		row.found.Name = record[2]
	}
	if err := row.found.read(); err != nil {
		row.problem = "résultat inconnu, ou nom proposé absent."
	}
	return row
}

// matchOf reads a code, or the words of French banks.
func matchOf(typed string) Match {
	switch fold.Text(typed) {
	case "rcvc", "match", "concordance", "concordant", "correspond", "correspondance", "ok":
		return MatchYes
	case "rvmc", "close match", "concordance partielle", "correspondance partielle", "proche", "quasi concordance", "nom proche":
		return MatchClose
	case "rvnm", "no match", "non concordance", "non concordant", "ne correspond pas", "nom different":
		return MatchNo
	case "rvna", "not available", "indisponible", "non applicable", "verification impossible":
		return MatchUnavailable
	default:
		return ""
	}
}
