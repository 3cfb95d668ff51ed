package tiles

import (
	"errors"
	"fmt"
	"io"
	"net/http"
)

var (
	errHeavy   = errors.New("a tile that heavy is none")
	errPicture = errors.New("a tile that is no picture")
)

// pictures are the media types that a square may have, as its own bytes tell.
var pictures = map[string]bool{"image/png": true, "image/jpeg": true, "image/webp": true}

// read takes the picture of an answer; what the service says of its type is not
// believed.
func read(response *http.Response) (Tile, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, heaviest+1))
	if err != nil {
		return Tile{}, fmt.Errorf("read a tile: %w", err)
	}
	if len(body) > heaviest {
		return Tile{}, errHeavy
	}
	kind := http.DetectContentType(body)
	if !pictures[kind] {
		return Tile{}, errPicture
	}
	return Tile{Body: body, MediaType: kind}, nil
}
