import ArgumentParser
import Dialects
import Ledger

/// `drover spend`: what was spent, by whom or on what, and what the same would have cost elsewhere.
struct SpendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spend", abstract: "Show what was spent.",
        discussion: """
            Where drover.compare_with names a model, the last line says what the same requests would have cost there.
            """)

    /// What the sums are made by.
    enum By: String, ExpressibleByArgument, CaseIterable { case team, key, model, day }

    @OptionGroup var gateway: GatewayOptions
    @Option(help: "team, key, model or day.") var by = By.key
    @Option(help: "The first day: 2026-11-01. Default: from the first on.") var since: String?
    @Option(help: "The last day. Default: today.") var until: String?
    @Flag(help: "Print what the gateway answers, as JSON.") var json = false

    func run() async throws {
        try await AdminShell(gateway).run { shell throws(GatewayClientError) in
            let path =
                switch by {
                case .team: "/global/spend/teams"
                case .key: "/global/spend/keys"
                case .model: "/global/spend/models"
                case .day: "/global/spend/logs"
                }
            let answer = try await shell.get(path, [("start_date", since), ("end_date", until)])
            if json { return shell.print(answer) }
            guard case .list(let rows) = answer.content else { return }
            Terminal.write(Self.table(rows, by: by).text(coloured: Terminal.isColoured))
            if let saved = Self.saved(rows, by: by) { Terminal.write(saved + "\n") }
        }
    }

    static func table(_ rows: [JSONText], by: By) -> TextTable {
        var table = TextTable([by.rawValue.uppercased(), "REQUESTS", "TOKENS", "SPEND"], numbers: [1, 2, 3])
        for row in rows {
            table.add([
                name(of: row, by: by), row.shownMember("requests"), row.shownMember("total_tokens"), money(row, by),
            ])
        }
        return table
    }

    private static func name(of row: JSONText, by: By) -> String {
        switch by {
        case .team: row.text("team_alias").isEmpty ? row.text("team_id") : row.text("team_alias")
        case .key: keyName(of: row)
        case .model: row.text("model").isEmpty ? "(none answered)" : row.text("model")
        case .day: row.text("date")
        }
    }

    /// By its alias, else by its last letters; one that was deleted by the beginning of its hash.
    private static func keyName(of row: JSONText) -> String {
        let names = [row.text("key_alias"), row.text("key_name")]
        if let name = names.first(where: { !$0.isEmpty }) { return name }
        let key = row.text("api_key")
        return KeyHash(hex: key) == nil ? "master key" : "\(key.prefix(8))… (deleted)"
    }

    private static func money(_ row: JSONText, _ by: By) -> String { row.dollars(by == .day ? "spend" : "total_spend") }

    /// `4.1 M tokens, $0.00; the same on the compared model $31.20`; nil where nothing is compared.
    static func saved(_ rows: [JSONText], by: By) -> String? {
        var (spent, compared, tokens) = (Money.zero, Money.zero, 0)
        for row in rows {
            spent += row.money(by == .day ? "spend" : "total_spend")
            compared += row.money("compared_spend")
            tokens += row.number("total_tokens")
        }
        guard compared > .zero else { return nil }
        let shown =
            tokens < 10_000
            ? "\(tokens)"
            : tokens < 1_000_000 ? "\(tokens / 1000) k" : "\(tokens / 100_000 / 10).\(tokens / 100_000 % 10) M"
        return "\(shown) tokens, \(spent.shown); the same on the model of drover.compare_with \(compared.shown)"
    }
}
