package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/carnet/code"
	"passnum/internal/identity"
)

// benchRedeem pays chèques through HTTP (one code a call, as a till does) and
// through the same claim as one SQL statement, alternating on the same tables.
func benchRedeem(ctx context.Context, b *bench) ([]measure, error) {
	site, err := openSite(ctx, b)
	if err != nil {
		return nil, err
	}
	defer site.close()
	var all []measure
	for _, clients := range []int{1, 16, 64} {
		measures, err := b.redeemWith(ctx, site, clients)
		if err != nil {
			return nil, fmt.Errorf("%d clients: %w", clients, err)
		}
		all = append(all, measures...)
	}
	check, err := b.checkWith(ctx, site, 16)
	return append(all, check), err
}

func (b *bench) redeemWith(ctx context.Context, site *site, clients int) ([]measure, error) {
	attempts := b.attempts
	if clients == 1 {
		attempts /= 4
	}
	codes, err := b.takeCodes(ctx, 4*attempts)
	if err != nil {
		return nil, err
	}
	var ours, bare trial
	// Rounds in turn, so that a machine that drifts drifts for both.
	for round := range rounds {
		share := 2 * attempts / rounds
		mine, theirs := codes[2*round*share:][:share], codes[(2*round+1)*share:][:share]
		ours.add(drive(clients, mine, func(c code.Code) error { return site.redeem(ctx, c) }))
		hashes := map[code.Code][]byte{}
		for _, c := range theirs {
			hashes[c] = b.keys.Hashes(c)[0]
		}
		bare.add(drive(clients, theirs, func(c code.Code) error { return b.claimBare(ctx, hashes[c]) }))
	}
	if err := errors.Join(ours.err, bare.err); err != nil {
		return nil, err
	}
	note := fmt.Sprintf("p50/p99 ours %s/%s, reference %s/%s", ours.quantile(0.5), ours.quantile(0.99), bare.quantile(0.5), bare.quantile(0.99))
	return []measure{faster(fmt.Sprintf("redeem_http_%d", clients), "tx/s", ours.rate(), bare.rate(), note)}, nil
}

func (b *bench) checkWith(ctx context.Context, site *site, clients int) (measure, error) {
	codes, err := b.takeCodes(ctx, b.attempts)
	if err != nil {
		return measure{}, err
	}
	ours := drive(clients, codes, func(c code.Code) error { return site.check(ctx, c) })
	bare := drive(clients, codes, func(c code.Code) error {
		var state string
		return b.owner.QueryRow(ctx, `SELECT c.state FROM cheque_codes h JOIN cheques c ON c.commanditaire_id = h.commanditaire_id AND c.id = h.cheque_id
			WHERE h.code_hash = $1`, b.keys.Hashes(c)[0]).Scan(&state)
	})
	note := fmt.Sprintf("p50/p99 ours %s/%s; reference: read of one chèque by its hash", ours.quantile(0.5), ours.quantile(0.99))
	return faster("check_http_16", "tx/s", ours.rate(), bare.rate(), note), errors.Join(ours.err, bare.err)
}

// trial is what a number of clients did.
type trial struct {
	took  time.Duration
	times []time.Duration
	err   error
}

func (r *trial) add(other trial) {
	r.took += other.took
	r.times = append(r.times, other.times...)
	r.err = errors.Join(r.err, other.err)
}

func (r *trial) rate() float64 { return float64(len(r.times)) / r.took.Seconds() }

func (r *trial) quantile(q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(r.times))
	return sorted[int(q*float64(len(sorted)-1))].Round(10 * time.Microsecond)
}

// drive has clients take codes from the list until none is left.
func drive(clients int, codes []code.Code, act func(code.Code) error) trial {
	var next atomic.Int64
	times := make([]time.Duration, len(codes))
	errs := make([]error, clients)
	var wg sync.WaitGroup
	start := time.Now()
	for client := range clients {
		wg.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(codes) && errs[client] == nil; i = next.Add(1) - 1 {
				began := time.Now()
				errs[client] = act(codes[i])
				times[i] = time.Since(began)
			}
		})
	}
	wg.Wait()
	return trial{took: time.Since(start), times: times, err: errors.Join(errs...)}
}

// takeCodes derives codes that no measure has used yet.
func (b *bench) takeCodes(ctx context.Context, n int) ([]code.Code, error) {
	from := b.used/perCarnet + 1
	b.used += (n + perCarnet - 1) / perCarnet * perCarnet
	source := carnet.NewPrintRun(b.db, b.keys, b.lot.CommanditaireID, b.lot.OrderID, from, b.used/perCarnet)
	var codes []code.Code
	for {
		next, ok, err := source.Next(ctx)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		for _, c := range next.Cheques {
			codes = append(codes, c.Code)
		}
	}
	if len(codes) < n {
		return nil, fmt.Errorf("only %d chèques left, %d needed", len(codes), n)
	}
	return codes[:n], nil
}

// redeem posts one code as a till does.
func (s *site) redeem(ctx context.Context, c code.Code) error {
	return s.post(ctx, "/api/v1/redemptions", map[string]any{"codes": []string{c.Clear()}, "entries": []int{3}, "mode": "individuel"}, "redeemed")
}

func (s *site) check(ctx context.Context, c code.Code) error {
	return s.post(ctx, "/api/v1/cheques/check", map[string]any{"codes": []string{c.Clear()}}, "valid")
}

func (s *site) post(ctx context.Context, path string, body any, want string) error {
	content, err := json.Marshal(body)
	if err != nil {
		return err
	}
	var request bytes.Buffer
	fmt.Fprintf(&request, "POST %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\nIdempotency-Key: %s\r\n"+
		"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n", path, s.token, uuid.NewString(), len(content))
	request.Write(content)
	status, answer, err := s.clients.send(ctx, request.Bytes())
	if err != nil {
		return err
	}
	if status != http.StatusOK || !bytes.Contains(answer, []byte(`"status":"`+want+`"`)) {
		return fmt.Errorf("POST %s: %d %s", path, status, answer)
	}
	return nil
}

// site is the product's own server, on loopback, with a token.
type site struct {
	token   string
	clients *clients
	close   func()
}

func openSite(ctx context.Context, b *bench) (*site, error) {
	application, err := b.application(ctx)
	if err != nil {
		return nil, err
	}
	token, err := application.People().CreateTokenFor(ctx, "20003482500017", identity.NewToken{Name: "bench", Scopes: []string{"check", "redeem"}})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	handler := application.Handler()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return &site{
		token:   token,
		clients: newClients(listener.Addr().String()),
		close:   func() { _ = server.Close(); application.Close() },
	}, nil
}
