package print

import (
	"fmt"
	"math/rand/v2"
	"time"

	"passnum/internal/money"
)

const codeAlphabet = "23456789BCDFGHJKNPRSTVX"

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }

func sampleIssuer() Issuer {
	return Issuer{
		Name: "Coopérative Passnum", SIRET: "84373941800015", Address: "12 quai des Chartrons, 33000 Bordeaux",
		Email: "contact@passnum.example", Phone: "05 56 00 00 00",
	}
}

func sampleRun() CarnetRun {
	return CarnetRun{
		Issuer: sampleIssuer(), Commanditaire: "Département de la Creuse", Colour: "#073D3B",
		FaceValue: money.Cents(1000), Validity: Validity{From: day(2026, 1, 1), Until: day(2026, 12, 31)},
		PlacesURL: "passnum.fr/lieux", PlacesPhone: "05 55 00 00 00",
		Message:   "Près de chez vous, à votre rythme : demandez conseil à votre mairie.",
		CreatedAt: day(2026, 3, 2),
	}
}

func sampleCarnet(n, size int) Carnet {
	rng := rand.New(rand.NewPCG(7, uint64(n)))
	carnet := Carnet{Serial: fmt.Sprintf("C26-014-%06d", n)}
	for rank := 1; rank <= size; rank++ {
		code := make([]byte, 16)
		for i := range code {
			code[i] = codeAlphabet[rng.IntN(len(codeAlphabet))]
		}
		carnet.Cheques = append(carnet.Cheques, Cheque{
			Rank: rank, Code: string(code), QRPayload: "HTTPS://PASSNUM.EXAMPLE/P/" + string(code),
		})
	}
	return carnet
}

// supply returns carnets first, first+1, … as a job would read them.
func supply(first, howMany, size int) func() (Carnet, bool, error) {
	n := 0
	return func() (Carnet, bool, error) {
		if n == howMany {
			return Carnet{}, false, nil
		}
		n++
		return sampleCarnet(first+n-1, size), true, nil
	}
}
