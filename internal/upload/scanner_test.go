package upload_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"net"
	"testing"
	"time"

	"passnum/internal/upload"
)

// eicar is the harmless text that every antivirus must recognise, cut in two so
// that none recognises it here.
const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-` + `ANTIVIRUS-TEST-FILE!$H+H*`

// daemon speaks INSTREAM for one connection after another, as answer says.
func daemon(t *testing.T, answer func(content []byte) string) upload.Clamd {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, answer(received(conn)))
			_ = conn.Close()
		}
	}()
	clamd, err := upload.ParseClamd("tcp:" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return clamd
}

// received reads the chunks of a command, or nothing when it is another one.
func received(r io.Reader) []byte {
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(r, command); err != nil || string(command) != "zINSTREAM\x00" {
		return nil
	}
	var content []byte
	for {
		var length uint32
		if err := binary.Read(r, binary.BigEndian, &length); err != nil || length == 0 {
			return content
		}
		part := make([]byte, length)
		if _, err := io.ReadFull(r, part); err != nil {
			return nil
		}
		content = append(content, part...)
	}
}

func antivirus(content []byte) string {
	if bytes.Contains(content, []byte(eicar)) {
		return "stream: Eicar-Test-Signature FOUND\x00"
	}
	return "stream: OK\x00"
}

func TestTheAntivirusDecides(t *testing.T) {
	t.Parallel()
	infected := pdf("9 0 obj\n(" + eicar + ")\nendobj")
	for name, c := range map[string]struct {
		scanner upload.Scanner
		content []byte
		want    error
	}{
		"clean":           {daemon(t, antivirus), pdf(""), nil},
		"clean and large": {daemon(t, antivirus), pdf("9 0 obj\n(" + string(bytes.Repeat([]byte("a"), 1<<20)) + ")\nendobj"), nil},
		"infected":        {daemon(t, antivirus), infected, upload.ErrInfected},
		"says nothing":    {daemon(t, func([]byte) string { return "" }), pdf(""), upload.ErrNoScanner},
		"says an error":   {daemon(t, func([]byte) string { return "INSTREAM size limit exceeded. ERROR\x00" }), pdf(""), upload.ErrNoScanner},
		"says anything":   {daemon(t, func([]byte) string { return "stream: OK, perhaps\x00" }), pdf(""), upload.ErrNoScanner},
		"is away":         {upload.Clamd{Network: "unix", Address: t.TempDir() + "/clamd"}, pdf(""), upload.ErrNoScanner},
		"never answers":   {silent(t), pdf(""), upload.ErrNoScanner},
		"did not read it": {hasty(t), pdf("9 0 obj\n(" + string(bytes.Repeat([]byte("a"), 9<<20)) + ")\nendobj"), upload.ErrNoScanner},
	} {
		if _, err := (upload.Gate{Scanner: c.scanner}).Pass(t.Context(), "rib.pdf", c.content); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

// hasty says that a file is clean before it has read it, and hangs up.
func hasty(t *testing.T) upload.Clamd {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Read(make([]byte, 1))
		_, _ = io.WriteString(conn, "stream: OK\x00")
		_ = conn.Close()
	}()
	return upload.Clamd{Network: "tcp", Address: listener.Addr().String()}
}

// silent accepts and never answers.
func silent(t *testing.T) upload.Clamd {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return upload.Clamd{Network: "tcp", Address: listener.Addr().String(), Patience: 50 * time.Millisecond}
}

func TestClamdAddresses(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{"unix:/run/clamav/clamd.ctl": true, "127.0.0.1:3310": true, "tcp:clam:3310": true, "clam": false, "unix:clam": false, "": false} {
		if _, err := upload.ParseClamd(address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestWhatIsSealedOpensForItsPurposeOnly(t *testing.T) {
	t.Parallel()
	secret := bytes.Repeat([]byte("s"), 32)
	key := "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	before, err := upload.NewVault("", secret)
	if err != nil {
		t.Fatal(err)
	}
	after, err := upload.NewVault(key, secret)
	if err != nil {
		t.Fatal(err)
	}
	old, sealed := before.Seal("a", []byte("RIB"))
	if bytes.Contains(sealed, []byte("RIB")) {
		t.Error("the content is in clear")
	}
	if got, err := after.Open(old, "a", sealed); err != nil || string(got) != "RIB" {
		t.Errorf("a new key must not lose what was sealed before: %q %v", got, err)
	}
	if id, _ := after.Seal("a", nil); id != "k1" {
		t.Errorf("sealed under %q", id)
	}
	if _, err := after.Open(old, "b", sealed); err == nil {
		t.Error("opened for another purpose")
	}
	if _, err := before.Open("k1", "a", sealed); err == nil {
		t.Error("opened without the key")
	}
	for _, bad := range []string{"k1", "k1:AAAA", "session:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", key + "," + key} {
		if _, err := upload.NewVault(bad, secret); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

// fixCRC makes the header of a PNG true again after an edit.
func fixCRC(content []byte) []byte {
	binary.BigEndian.PutUint32(content[29:], crc32.ChecksumIEEE(content[12:29]))
	return content
}
