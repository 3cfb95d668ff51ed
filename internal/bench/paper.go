package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"time"

	"passnum/internal/carnet"
	"passnum/internal/carnet/code"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// benchPaper prints carnets of ten chèques on one core, codes derived from the
// database as for a print shop. The reference is the promise: 100 carnets a
// second, 300 MiB.
func benchPaper(ctx context.Context, b *bench) ([]measure, error) {
	previous := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(previous)
	var peak uint64
	start := time.Now()
	for from := 1; from <= b.paper; from += print.MostCarnets {
		to := min(from+print.MostCarnets-1, b.paper)
		if err := printFile(ctx, b.db, b.keys, b.lot, from, to); err != nil {
			return nil, err
		}
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		peak = max(peak, memory.Sys-memory.HeapReleased)
	}
	rate := float64(b.paper) / time.Since(start).Seconds()
	return []measure{
		faster("carnet_pdf", "carnets/s", rate, 100, fmt.Sprintf("%d carnets of 10, one core; reference: the promise", b.paper)),
		shorter("carnet_pdf_memory", "MiB", float64(peak)/(1<<20), 300, "held from the system by the whole bench process; reference: the promise"),
	}, nil
}

func printFile(ctx context.Context, db *postgres.DB, keys *code.Keyring, lot carnet.Lot, from, to int) error {
	source := carnet.NewPrintRun(db, keys, lot.CommanditaireID, lot.OrderID, from, to)
	facts := print.CarnetRun{
		Issuer:        print.Issuer{Name: "Passnum", SIRET: "99900001100018", Address: "1 place Bonnyaud, 23000 Guéret"},
		Commanditaire: "Département", Colour: "#0B5A56", Services: "tous les services", FaceValue: lot.FaceValue,
		Validity: print.Validity{From: time.Now(), Until: time.Now().AddDate(0, 10, 0)}, PlacesURL: "passnum.example/lieux", CreatedAt: time.Now(),
	}
	return print.WriteCarnets(io.Discard, facts, func() (print.Carnet, bool, error) {
		next, ok, err := source.Next(ctx)
		if !ok || err != nil {
			return print.Carnet{}, false, err
		}
		page := print.Carnet{Serial: next.Serial}
		for _, c := range next.Cheques {
			page.Cheques = append(page.Cheques, print.Cheque{Rank: c.Rank, Code: c.Code.Grouped(), QRPayload: c.Code.QR("PASSNUM.EXAMPLE")})
		}
		return page, true, nil
	})
}
