import Ledger

/// Reads what bounds spend, and where it is kept.
struct BudgetReader {
    let log: DiagnosticLog

    /// `sqlite:PATH`, `postgres://…` or `off`; nil where it is not written, or a fault.
    func store(of section: SectionReader) -> Configuration.Store? {
        guard let node = section.entry("store")?.value else { return nil }
        if node.isOff { return .off }
        guard let text = section.text("store") else { return nil }
        // In quotes it is a text, and means the same.
        if text.value == "off" { return .off }
        if isPostgreSQL(text.value) { return .postgresql(Secret(text.value)) }
        let prefix = "sqlite:"
        guard text.value.hasPrefix(prefix) else {
            // An address may hold a password, so it is not shown.
            log.fault(text.mark, text.path, "expects sqlite:PATH, postgres://USER:PASSWORD@HOST/DATABASE or off")
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

    /// `memory`, `store` or `off`; nil where it is not written, or a fault. In memory where there is no store.
    func responses(of section: SectionReader, beside store: Configuration.Store) -> ResponseKeeping? {
        guard let node = section.entry("keep_responses")?.value else { return nil }
        if node.isOff { return .off }
        guard let place: Located<ResponseKeeping> = section.choice("keep_responses", what: "place") else { return nil }
        guard place.value == .store else { return place.value }
        switch store {
        case .automatic, .sqlite, .postgresql: return .store
        case .off:
            log.warning(
                place.mark, place.path,
                "the ledger's store keeps them, and drover.store is off: they are in memory, and gone with the process"
            )
            return .memory
        }
    }

    private func isPostgreSQL(_ address: String) -> Bool {
        address.hasPrefix("postgres://") || address.hasPrefix("postgresql://")
    }

    /// `database_url`, without the options that only LiteLLM's database library knows; nil where it names no such database.
    func database(of section: SectionReader) -> Located<Secret>? {
        let key = "database_url"
        guard let (scalar, node) = section.scalar(key, expects: "text") else { return nil }
        let text = scalar.text.withoutOuterBlanks ?? scalar.text
        guard isPostgreSQL(text) else {
            log.warning(
                node.mark, section.path(key),
                "expects postgres://USER:PASSWORD@HOST/DATABASE; it is as if this line were not there")
            return nil
        }
        return section.located(Secret(DatabaseAddress.withoutOptionsOfPrisma(text)), node, key)
    }

    /// Dollars, kept in decimal as they are written: they are exact, and a binary fraction is not.
    func dollars(_ key: String, of section: SectionReader) -> Located<String>? {
        guard let value = section.number(key, atLeast: 0),
            let (scalar, _) = section.scalar(key, expects: "a number"), let decimal = scalar.decimal
        else { return nil }
        return Located(value.value == 0 ? "0" : decimal, mark: value.mark, path: value.path)
    }

    /// A window such as `30d`, of a length that the ledger has.
    func period(_ key: String, of section: SectionReader) -> Located<String>? {
        guard let text = section.text(key) else { return nil }
        guard BudgetPeriod(text.value) != nil else {
            log.fault(
                text.mark, text.path,
                "expects a number and s, m, h, d, w or mo, such as 30d, and at most ten years, found \"\(text.value)\"")
            return nil
        }
        return text
    }

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
