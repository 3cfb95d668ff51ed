package upload

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Clamd asks a ClamAV daemon, by its INSTREAM command (clamd(8)).
type Clamd struct {
	// Network and Address are those of net.Dial: "tcp" or "unix".
	Network, Address string
	// Patience is how long one file may take; zero is 20 seconds.
	Patience time.Duration
}

// ParseClamd reads « tcp:127.0.0.1:3310 », « 127.0.0.1:3310 » or
// « unix:/run/clamav/clamd.ctl ».
func ParseClamd(address string) (Clamd, error) {
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		if !strings.HasPrefix(path, "/") {
			return Clamd{}, errors.New("the socket of clamd is an absolute path")
		}
		return Clamd{Network: "unix", Address: path}, nil
	}
	host := strings.TrimPrefix(address, "tcp:")
	if _, port, err := net.SplitHostPort(host); err != nil || port == "" {
		return Clamd{}, errors.New("not an address of clamd")
	}
	return Clamd{Network: "tcp", Address: host}, nil
}

// chunk is how much is sent at a time.
const chunk = 64 << 10

// Scan sends the content and waits for the verdict.
func (c Clamd) Scan(ctx context.Context, content []byte) error {
	patience := c.Patience
	if patience == 0 {
		patience = 20 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, c.Network, c.Address)
	if err != nil {
		return fmt.Errorf("reach clamd: %w", err)
	}
	defer func() { _ = conn.Close() }()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return fmt.Errorf("bound clamd: %w", err)
	}
	// A daemon that has seen enough answers before the end and closes: a virus that
	// it found counts more than the failed writing, « clean » does not.
	sent := send(conn, content)
	reply, err := io.ReadAll(io.LimitReader(conn, 4096))
	if verdict, known := readReply(string(reply)); known && (verdict != nil || sent == nil) {
		return verdict
	}
	return fmt.Errorf("clamd gave no verdict: %w", errors.Join(sent, err, errors.New(strings.TrimRight(string(reply), "\x00\n"))))
}

func send(w io.Writer, content []byte) error {
	if _, err := io.WriteString(w, "zINSTREAM\x00"); err != nil {
		return err
	}
	for len(content) > 0 {
		part := content[:min(chunk, len(content))]
		content = content[len(part):]
		if _, err := w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(part))), part...)); err != nil {
			return err
		}
	}
	_, err := w.Write([]byte{0, 0, 0, 0})
	return err
}

// readReply reads « stream: OK » or « stream: Name FOUND »; anything else is no
// verdict.
func readReply(reply string) (verdict error, known bool) {
	switch reply = strings.TrimRight(reply, "\x00\n"); {
	case reply == "stream: OK":
		return nil, true
	case strings.HasPrefix(reply, "stream: ") && strings.HasSuffix(reply, " FOUND"):
		return ErrInfected, true
	default:
		return nil, false
	}
}
