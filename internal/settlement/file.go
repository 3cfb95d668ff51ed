package settlement

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/sepa"
)

// File is one of the files that a batch gives to the bank. It was written once,
// when the batch was approved.
type File struct {
	Part       int
	MessageID  string
	Transfers  int
	TotalCents money.Cents
	SHA256     []byte
}

// ErrNoPart is returned for a part that the batch does not have.
var ErrNoPart = fault.New(fault.KindNotFound, "Ce fichier bancaire n’existe pas dans ce contre-paiement.")

type storedFile struct {
	File
	Content []byte
}

// Files lists the bank's files of a batch, none before its approval.
func (s *Service) Files(ctx context.Context, actor identity.Actor, id uuid.UUID) ([]File, error) {
	var files []File
	err := s.asOperator(ctx, actor, "fichiers bancaires", func(tx *postgres.Tx) (err error) {
		files, err = postgres.All[File](ctx, tx, `SELECT part, message_id, transfers, total_cents, sha256 FROM settlement_files WHERE settlement_id = @id ORDER BY part`,
			postgres.Args{"id": id})
		return err
	})
	return files, fault.Wrap(err, "list bank files")
}

// BankFile downloads what an approved batch tells the bank: its file, or a zip of
// them when the bank's limits made several. The same bytes each time; ErrChanged
// when the rows no longer match what was approved, ErrNotApproved before.
func (s *Service) BankFile(ctx context.Context, actor identity.Actor, id uuid.UUID) (name string, content []byte, err error) {
	batch, files, err := s.takeFiles(ctx, actor, id)
	if err != nil {
		return "", nil, fault.Wrap(err, "bank file")
	}
	if len(files) == 1 {
		return batch.fileName(0), files[0].Content, nil
	}
	content, err = zipped(batch, files)
	return batch.Number + "-pain.001.zip", content, err
}

// BankFilePart downloads one of the files. ErrNoPart, and the errors of BankFile.
func (s *Service) BankFilePart(ctx context.Context, actor identity.Actor, id uuid.UUID, part int) (name string, content []byte, err error) {
	batch, files, err := s.takeFiles(ctx, actor, id)
	if err != nil {
		return "", nil, fault.Wrap(err, "bank file")
	}
	for _, f := range files {
		if f.Part == part {
			return batch.fileName(part), f.Content, nil
		}
	}
	return "", nil, ErrNoPart
}

// takeFiles checks that nothing changed since the approval, then reads the files.
func (s *Service) takeFiles(ctx context.Context, actor identity.Actor, id uuid.UUID) (batch Batch, files []storedFile, err error) {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return batch, nil, err
	}
	err = s.db.InPlatform(ctx, actor, "fichier bancaire", func(tx *postgres.Tx) (err error) {
		if batch, err = lockBatch(ctx, tx, id); err != nil {
			return err
		}
		if batch.State == Prepared {
			return ErrNotApproved
		}
		if files, err = s.filesOf(ctx, tx, batch); err != nil {
			return err
		}
		return record(ctx, tx, actor, ActSent, batch)
	})
	return batch, files, err
}

func (s *Service) filesOf(ctx context.Context, tx *postgres.Tx, batch Batch) ([]storedFile, error) {
	lines, err := linesOf(ctx, tx, batch.ID)
	if err != nil {
		return nil, err
	}
	if err := unchanged(ctx, tx, batch, lines); err != nil {
		return nil, err
	}
	read := func() ([]storedFile, error) {
		return postgres.All[storedFile](ctx, tx, `SELECT part, message_id, transfers, total_cents, sha256, content FROM settlement_files WHERE settlement_id = @id ORDER BY part`,
			postgres.Args{"id": batch.ID})
	}
	files, err := read()
	if err == nil && len(files) == 0 { // approved before files were kept
		if err = s.writeFiles(ctx, tx, batch, lines); err == nil {
			files, err = read()
		}
	}
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if sum := sha256.Sum256(f.Content); !bytes.Equal(sum[:], f.SHA256) {
			return nil, ErrChanged
		}
	}
	return files, nil
}

// writeFiles writes each part once and for all. ErrBankFile when a bank would
// refuse one of them.
func (s *Service) writeFiles(ctx context.Context, tx *postgres.Tx, batch Batch, lines []Line) error {
	parts := make([][]Line, batch.Parts)
	for _, l := range lines {
		if l.Part < 1 || l.Part > batch.Parts {
			return ErrChanged
		}
		parts[l.Part-1] = append(parts[l.Part-1], l)
	}
	for i, own := range parts {
		file := s.sepaFile(batch, i+1, own)
		var out bytes.Buffer
		err := sepa.Write(&out, file)
		var wrong *sepa.FieldError
		if errors.As(err, &wrong) {
			return fmt.Errorf("%w (%w)", ErrBankFile, err)
		}
		if err != nil {
			return err
		}
		sum := sha256.Sum256(out.Bytes())
		_, err = postgres.Do(ctx, tx, `
			INSERT INTO settlement_files (settlement_id, part, message_id, transfers, total_cents, sha256, content)
			VALUES (@id, @part, @message, @transfers, @total, @sum, @content)`,
			postgres.Args{"id": batch.ID, "part": i + 1, "message": file.MessageID, "transfers": len(own), "total": int64(file.Total()), "sum": sum[:], "content": out.Bytes()})
		if err != nil {
			return fmt.Errorf("keep bank file: %w", err)
		}
	}
	return nil
}

func (s *Service) sepaFile(b Batch, part int, lines []Line) sepa.File {
	file := sepa.File{
		Version: b.BankVersion, MessageID: b.messageID(part), CreatedAt: b.ApprovedAt.In(postgres.Paris), ExecutionDate: b.executionDay(), BatchBooking: b.BatchBooking,
		InitiatingParty: sepa.Party{Name: b.DebtorName, SIRET: s.debtor.SIRET},
		Debtor:          sepa.Debtor{Name: b.DebtorName, IBAN: b.DebtorIBAN, BIC: b.DebtorBIC},
	}
	for _, l := range lines {
		file.Payments = append(file.Payments, sepa.Payment{
			EndToEndID: l.EndToEndID, InstructionID: l.EndToEndID, Amount: l.AmountCents,
			CreditorName: l.AccountHolder, CreditorIBAN: l.IBAN, CreditorBIC: l.BIC, CreditorAddress: l.address(),
			Remittance: remittance(l),
		})
	}
	return file
}

func (l Line) address() sepa.Address {
	if l.Town == "" {
		return sepa.Address{}
	}
	return sepa.Address{Street: l.Street, Building: l.Building, PostalCode: l.PostalCode, Town: l.Town, Country: "FR"}
}

// messageID names a part: the batch's own name when it is alone.
func (b Batch) messageID(part int) string {
	if b.Parts == 1 {
		return b.MessageID
	}
	short := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b.ID[:])
	return fmt.Sprintf("PN%s-%04d", short, part)
}

// fileName is what a part is downloaded as; part 0 is the only one.
func (b Batch) fileName(part int) string {
	if part == 0 || b.Parts == 1 {
		return b.Number + "-pain.001.xml"
	}
	return fmt.Sprintf("%s-pain.001-%02d.xml", b.Number, part)
}

// remittance is what the structure reads on its bank statement.
func remittance(l Line) string {
	if l.RepaysLineID != nil {
		return fmt.Sprintf("Pass numerique %s, nouveau virement", l.SettlementNumber)
	}
	return fmt.Sprintf("Pass numerique %s, cheques acceptes : %d", l.SettlementNumber, l.Cheques)
}

// zipped holds every part; the same parts give the same bytes.
func zipped(b Batch, files []storedFile) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		file, err := w.CreateHeader(&zip.FileHeader{Name: b.fileName(f.Part), Method: zip.Deflate, Modified: b.ApprovedAt.In(time.UTC)})
		if err != nil {
			return nil, fmt.Errorf("zip bank files: %w", err)
		}
		if _, err := file.Write(f.Content); err != nil {
			return nil, fmt.Errorf("zip bank files: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("zip bank files: %w", err)
	}
	return out.Bytes(), nil
}
