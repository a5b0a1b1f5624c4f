import ArgumentParser
import Curl
import Dialects
import Ledger

/// A gateway's management routes, from the shell's side.
struct AdminShell {
    private let client: GatewayClient

    init(_ gateway: GatewayOptions) { client = GatewayClient(gateway) }

    /// Does something; an error is a sentence and status 1, or 2 where no gateway answers.
    func run(_ body: (AdminShell) async throws(GatewayClientError) -> Void) async throws {
        do throws(GatewayClientError) { try await body(self) } catch {
            Terminal.complain("error: \(error)")
            if case .noAnswer = error { throw ExitCode(2) }
            throw ExitCode(1)
        }
    }

    func get(_ path: String, _ query: [(name: String, value: String?)]) async throws(GatewayClientError) -> JSONText {
        let items = query.compactMap { name, value in value.map { "\(name)=\(GatewayClient.pathSegment($0))" } }
        return try await client.ask(.get, items.isEmpty ? path : "\(path)?\(items.joined(separator: "&"))")
    }

    func post(_ path: String, _ fields: [(name: String, value: JSONText)]) async throws(GatewayClientError) -> JSONText
    {
        try await client.ask(.post, path, body: .object(fields))
    }

    /// A line that has names in it.
    func say(_ line: String) { Terminal.write(line.forTerminal + "\n") }

    func print(_ answer: JSONText) { Terminal.write("\(answer)\n") }

    /// The hash of a key that is named by itself, by its hash or by its alias.
    func hash(of name: String) async throws(GatewayClientError) -> String {
        if name.hasPrefix("sk-") || KeyHash(hex: name) != nil { return name }
        let found = try await get("/key/list", [("key_alias", name)]).list("keys")
        guard let first = found.first, case .text(let hash) = first.content else {
            throw .notFound(message: "no key is named \"\(name)\"; `drover keys list` shows them")
        }
        return hash
    }

    /// The id of a team that is named by its id or by its alias; nil where none is named.
    func team(ifNamed name: String?) async throws(GatewayClientError) -> String? {
        guard let name else { return nil }
        return try await team(name)
    }

    /// The id of a team that is named by its id or by its alias.
    func team(_ name: String) async throws(GatewayClientError) -> String {
        guard case .list(let teams) = try await get("/team/list", []).content else { return name }
        if teams.contains(where: { $0.text("team_id") == name }) { return name }
        let named = teams.filter { $0.text("team_alias") == name }
        guard let team = named.first else {
            throw .notFound(message: "no team is named \"\(name)\"; `drover teams list` shows them")
        }
        guard named.count == 1 else {
            throw .notFound(message: "\(named.count) teams are named \"\(name)\"; name it by its id")
        }
        return team.text("team_id")
    }
}

/// Answers as tables show them.
extension JSONText {
    /// A text member; empty where there is none.
    func text(_ name: String) -> String { if case .text(let text)? = member(name)?.content { text } else { "" } }

    func list(_ name: String) -> [JSONText] { if case .list(let list)? = member(name)?.content { list } else { [] } }

    func number(_ name: String) -> Int {
        if case .number(let text)? = member(name)?.content { Int(text) ?? 0 } else { 0 }
    }

    func isTrue(_ name: String) -> Bool { if case .truth(true)? = member(name)?.content { true } else { false } }

    func money(_ name: String) -> Money {
        if case .number(let text)? = member(name)?.content { Money(text) ?? .zero } else { .zero }
    }

    func dollars(_ name: String) -> String { money(name).shown }

    /// `$10.00 / 30d`, or `-` without one.
    var budget: String {
        guard case .number? = member("max_budget")?.content else { return "-" }
        let period = text("budget_duration")
        return dollars("max_budget") + (period.isEmpty ? "" : " / \(period)")
    }

    var models: String {
        let names = list("models").map(\.shown)
        return names.isEmpty ? "all" : names.joined(separator: ", ")
    }

    func shownMember(_ name: String) -> String { member(name)?.shown ?? "" }

    /// Without quotes and brackets.
    var shown: String {
        switch content {
        case .null: "-"
        case .truth(let value): value ? "yes" : "no"
        case .number(let text), .text(let text): text
        case .list(let list): list.map(\.shown).joined(separator: ", ")
        case .members: description
        }
    }

    /// Says nothing that a person would look for.
    var isNothing: Bool {
        switch content {
        case .null, .truth(false): true
        case .list(let list): list.isEmpty
        case .members(let members): members.isEmpty
        case .text(let text): text.isEmpty
        case .number, .truth: false
        }
    }
}

extension Money {
    /// `$1.50`: to the cent, smaller amounts as exact as they are.
    var shown: String {
        let text = description
        let fraction = text.split(separator: ".").last.map(\.count) ?? 0
        return fraction < 2 ? "$\(text)0" : "$\(text)"
    }
}
