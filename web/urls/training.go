package urls

import "github.com/google/uuid"

// Training lists the courses that concern one's work.
func Training() string { return "/formation" }

// Lesson is a page of a course.
func Lesson(course, lesson string) string { return Path(Training(), course, lesson) }

// Attest gives the attestation of a course (POST), or shows what it needs.
func Attest(course string) string { return Path(Training(), course, "attestation") }

// Attestation is an attestation as a document.
func Attestation(id uuid.UUID) string { return ID("/formation/attestations", id) }

// TrainedTeam lists who followed which course in the organisation.
func TrainedTeam() string { return "/formation/equipe" }
