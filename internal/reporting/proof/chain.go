package proof

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// chainCheck recomputes the blocks after the one numbered from (all of them from
// 0) and proves that each holds what was sealed and follows the one before.
func chainCheck(from int64) Check {
	return Check{
		Name:     "chaîne scellée",
		Question: "Chaque bloc scellé contient-il toujours les mêmes écritures et les mêmes lignes de journal, et suit-il le précédent\u00a0?",
		examine: func(ctx context.Context, tx *postgres.Tx) (int64, []Offender, error) {
			seals, err := postgres.All[Seal](ctx, tx, selectSeal+` WHERE number >= @from ORDER BY number`, postgres.Args{"from": from})
			if err != nil || len(seals) == 0 {
				return 0, nil, err
			}
			offenders := links(seals, from)
			if from > 0 {
				seals = seals[1:] // proven last time; it is there for its hash
			}
			contents, err := recompute(ctx, tx, seals)
			if err != nil {
				return 0, nil, err
			}
			rows := int64(0)
			for i, s := range seals {
				rows += int64(s.Transactions) + int64(s.Movements) + int64(s.Acts)
				offenders = append(offenders, s.compare(contents[i])...)
			}
			return rows, offenders, nil
		},
	}
}

// links names the blocks that do not follow the one before them.
func links(seals []Seal, from int64) []Offender {
	var offenders []Offender
	previous := Seal{Hash: make([]byte, 32)}
	for i, s := range seals {
		first := i == 0
		switch {
		case first && from > 0: // its own previous one was proven before
		case s.Number != previous.Number+1 || s.FromStamp != previous.ToStamp || !bytes.Equal(s.Previous, previous.Hash):
			offenders = append(offenders, s.offender("ne suit pas le bloc n° %d", previous.Number))
		}
		if !bytes.Equal(s.Hash, s.chained()) {
			offenders = append(offenders, s.offender("son empreinte n’est pas celle de son contenu"))
		}
		previous = s
	}
	return offenders
}

// recompute reads the rows of consecutive blocks, once.
func recompute(ctx context.Context, tx *postgres.Tx, seals []Seal) ([]*content, error) {
	contents := make([]*content, len(seals))
	for i := range contents {
		contents[i] = newContent()
	}
	if len(seals) == 0 {
		return contents, nil
	}
	from, to := seals[0].FromStamp, seals[len(seals)-1].ToStamp
	for _, read := range []struct {
		each func(context.Context, *postgres.Tx, int64, int64, func(sealedRow)) error
		add  func(*content, sealedRow)
	}{{eachLedgerRow, (*content).addTransaction}, {eachJournalRow, (*content).addAct}} {
		block := 0
		err := read.each(ctx, tx, from, to, func(r sealedRow) {
			for block < len(seals)-1 && r.stamp >= seals[block].ToStamp {
				block++
			}
			read.add(contents[block], r)
		})
		if err != nil {
			return nil, err
		}
	}
	return contents, nil
}

// compare tells how a block's rows differ from what was sealed.
func (s Seal) compare(now *content) []Offender {
	found := s
	now.fill(&found)
	switch {
	case found.Transactions != s.Transactions || found.Movements != s.Movements:
		return []Offender{s.offender("%d opérations et %d mouvements pour %d et %d scellés", found.Transactions, found.Movements, s.Transactions, s.Movements)}
	case found.Acts != s.Acts:
		return []Offender{s.offender("%d lignes de journal pour %d scellées", found.Acts, s.Acts)}
	case !bytes.Equal(found.LedgerHash, s.LedgerHash):
		return []Offender{s.offender("une écriture du grand livre n’est plus ce qui a été scellé")}
	case !bytes.Equal(found.JournalHash, s.JournalHash):
		return []Offender{s.offender("une ligne du journal n’est plus ce qui a été scellé")}
	default:
		return nil
	}
}

func (s Seal) offender(format string, args ...any) Offender {
	return Offender{Subject: fmt.Sprintf("bloc n° %d, scellé le %s", s.Number, s.SealedAt.In(postgres.Paris).Format("02/01/2006 à 15 h 04")), Detail: fmt.Sprintf(format, args...)}
}

// anchorCheck proves that a block noted outside is still the one in the chain.
func anchorCheck(number int64, hash []byte) Check {
	return Check{
		Name:     "ancre",
		Question: "Le bloc dont l’empreinte a été gardée ailleurs est-il toujours le même\u00a0?",
		examine: func(ctx context.Context, tx *postgres.Tx) (int64, []Offender, error) {
			found, err := postgres.All[Seal](ctx, tx, selectSeal+` WHERE number = @number`, postgres.Args{"number": number})
			if err != nil {
				return 0, nil, err
			}
			subject := fmt.Sprintf("bloc n° %d", number)
			switch {
			case len(found) == 0:
				return 1, []Offender{{subject, "absent\u00a0: la fin de la chaîne a été effacée"}}, nil
			case !bytes.Equal(found[0].Hash, hash):
				return 1, []Offender{{subject, "empreinte " + hex.EncodeToString(found[0].Hash) + " au lieu de " + hex.EncodeToString(hash)}}, nil
			default:
				return 1, nil, nil
			}
		},
	}
}

// ErrAnchor refuses what is not « number:hash ».
var ErrAnchor = fault.Field("ancre", "Une ancre s’écrit «\u00a0numéro:empreinte\u00a0», par exemple 12:9f86d0… (64 caractères).")

// ParseAnchor reads what Seal.Anchor writes. ErrAnchor.
func ParseAnchor(text string) (number int64, hash []byte, err error) {
	left, right, _ := strings.Cut(strings.TrimSpace(text), ":")
	number, err = strconv.ParseInt(left, 10, 64)
	if err != nil {
		return 0, nil, ErrAnchor
	}
	if hash, err = hex.DecodeString(right); err != nil || len(hash) != 32 {
		return 0, nil, ErrAnchor
	}
	return number, hash, nil
}
