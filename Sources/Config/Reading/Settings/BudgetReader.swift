/// Reads what bounds spend, and where it is kept.
struct BudgetReader {
    let log: DiagnosticLog

    /// `sqlite:PATH` or `off`; nil where it is not written, or a fault.
    func store(of section: SectionReader) -> Configuration.Store? {
        guard let node = section.entry("store")?.value else { return nil }
        if node.isOff { return .off }
        guard let text = section.text("store") else { return nil }
        // In quotes it is a text, and means the same.
        if text.value == "off" { return .off }
        for scheme in ["postgres:", "postgresql:"] where text.value.hasPrefix(scheme) {
            log.fault(text.mark, text.path, "PostgreSQL is not built in this release; write sqlite:PATH")
            return nil
        }
        let prefix = "sqlite:"
        guard text.value.hasPrefix(prefix) else {
            // An address may hold a password, so it is not shown.
            log.fault(text.mark, text.path, "expects sqlite:PATH or off")
            return nil
        }
        var path = text.value.dropFirst(prefix.count)
        if path.hasPrefix("//") { path = path.dropFirst(2) }
        guard !path.isEmpty else {
            log.fault(text.mark, text.path, "names no file; write sqlite:drover.db")
            return nil
        }
        return .sqlite(text.mark.map { IncludeReader.path(of: String(path), from: $0.file) } ?? String(path))
    }

    /// Dollars, kept in decimal as they are written: they are exact, and a binary fraction is not.
    func dollars(_ key: String, of section: SectionReader) -> Located<String>? {
        guard let value = section.number(key, atLeast: 0),
            let (scalar, _) = section.scalar(key, expects: "a number"), let decimal = scalar.decimal
        else { return nil }
        guard value.value <= Self.mostDollars else {
            log.fault(value.mark, value.path, "must be at most \(Int(Self.mostDollars)) dollars")
            return nil
        }
        return Located(value.value == 0 ? "0" : decimal, mark: value.mark, path: value.path)
    }

    /// A picodollar is the unit, and a number of them has 64 bits.
    private static let mostDollars = 9_000_000.0

    /// A window such as `30d`.
    func period(_ key: String, of section: SectionReader) -> Located<String>? {
        guard let text = section.text(key) else { return nil }
        let digits = text.value.prefix { $0.isASCII && $0.isNumber }
        let unit = text.value.dropFirst(digits.count)
        guard let count = Int(digits), count > 0, let most = Self.longest[String(unit)] else {
            log.fault(
                text.mark, text.path,
                "expects a number and s, m, h, d, w or mo, such as 30d, found \"\(text.value)\"")
            return nil
        }
        guard count <= most else {
            log.fault(text.mark, text.path, "must be at most ten years, \(most)\(unit)")
            return nil
        }
        return text
    }

    /// Ten years in each unit.
    private static let longest = [
        "s": 315_360_000, "m": 5_256_000, "h": 87_600, "d": 3_650, "w": 520, "mo": 120,
    ]

    /// `provider_budget_config`: by provider, `{budget_limit: DOLLARS, time_period: 1d}`.
    func providers(of router: SectionReader) -> [Configuration.ProviderBudget] {
        guard let node = router.entry("provider_budget_config")?.value else { return [] }
        let path = router.path("provider_budget_config")
        guard case .mapping(let entries) = node.content else {
            if node.firstUnresolved == nil { log.fault(node.mark, path, "expects a mapping, found \(node.shown)") }
            return []
        }
        let table = KnownSection(
            "provider_budget_config", acted: ["budget_limit", "max_budget", "time_period", "budget_duration"])
        return entries.compactMap { entry in
            guard
                let section = SectionReader(entry.value, path: "\(path).\(entry.key)", table: table, log: log),
                let most = dollars("budget_limit", of: section) ?? dollars("max_budget", of: section)
            else { return nil }
            return Configuration.ProviderBudget(
                provider: entry.key, maxBudget: most.value,
                duration: (period("time_period", of: section) ?? period("budget_duration", of: section))?.value)
        }
    }
}
