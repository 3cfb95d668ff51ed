package geocode

import (
	"encoding/json"
	"fmt"
	"io"
)

// collection is the part of GeoJSON that the service answers with.
type collection struct {
	Features []struct {
		Geometry struct {
			Coordinates []float64 `json:"coordinates"`
		} `json:"geometry"`
		Properties struct {
			Label    string  `json:"label"`
			Score    float64 `json:"score"`
			Type     string  `json:"type"`
			CityCode string  `json:"citycode"`
			PostCode string  `json:"postcode"`
			City     string  `json:"city"`
		} `json:"properties"`
	} `json:"features"`
}

// read keeps the addresses that are somewhere on Earth.
func read(body io.Reader) ([]Found, error) {
	var answer collection
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	var list []Found
	for _, f := range answer.Features {
		at, p := f.Geometry.Coordinates, f.Properties
		if len(at) < 2 || at[0] < -180 || at[0] > 180 || at[1] < -90 || at[1] > 90 {
			continue
		}
		list = append(list, Found{Label: p.Label, Latitude: at[1], Longitude: at[0], Insee: p.CityCode, PostalCode: p.PostCode, Town: p.City, Precision: p.Type, Score: p.Score})
	}
	return list, nil
}
