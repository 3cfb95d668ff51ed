package urls

// AdminFinances is the operator's way into everything about money.
func AdminFinances() string { return "/admin/finances" }

// Finances is a commanditaire's, or a co-funder's, way into everything about
// money.
func Finances() string { return "/commanditaire/finances" }
