package print

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"testing"
)

// raster is a rendered page in grey, 255 for white.
type raster struct {
	w, h   int
	pixels []byte
}

func (p raster) at(x, y int) byte {
	if x < 0 || y < 0 || x >= p.w || y >= p.h {
		return 255
	}
	return p.pixels[y*p.w+x]
}

// dark reports whether there is ink within a pixel of a point.
func (p raster) dark(x, y float64) bool {
	for dx := -1; dx <= 1; dx++ {
		for dy := -1; dy <= 1; dy++ {
			if p.at(int(x)+dx, int(y)+dy) < 200 {
				return true
			}
		}
	}
	return false
}

// renderPages rasters each page, or the same part of each, given in pixels.
func renderPages(t *testing.T, pdf []byte, dpi int, part ...int) []raster {
	t.Helper()
	dir := t.TempDir()
	args := []string{"-r", strconv.Itoa(dpi), "-gray"}
	for i, flag := range []string{"-x", "-y", "-W", "-H"} {
		if i < len(part) {
			args = append(args, flag, strconv.Itoa(part[i]))
		}
	}
	poppler(t, pdf, "pdftoppm", append(args, "-", filepath.Join(dir, "p"))...)
	files, err := filepath.Glob(filepath.Join(dir, "*.pgm"))
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(files)
	pictures := make([]raster, len(files))
	for i, file := range files {
		pictures[i] = readPGM(t, file)
	}
	return pictures
}

func readPGM(t *testing.T, file string) raster {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var p raster
	var most int
	if _, err := fmt.Sscanf(string(data[:min(40, len(data))]), "P5\n%d %d\n%d", &p.w, &p.h, &most); err != nil || most != 255 {
		t.Fatalf("%s is not a grey picture: %v", file, err)
	}
	p.pixels = data[len(data)-p.w*p.h:]
	return p
}

func writePGM(t *testing.T, file string, p raster) {
	t.Helper()
	var out bytes.Buffer
	fmt.Fprintf(&out, "P5\n%d %d\n255\n", p.w, p.h)
	out.Write(p.pixels)
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}
