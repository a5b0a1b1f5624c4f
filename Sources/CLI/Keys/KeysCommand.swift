import ArgumentParser
import Dialects
import Ledger

/// `drover keys`: the keys of a running gateway.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make, show and change keys.",
        discussion: "A key is named by itself, by its hash or by its alias.",
        subcommands: [
            Create.self, List.self, Show.self, Block.self, Unblock.self, Regenerate.self, Delete.self,
        ])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a key. It is shown once.")

        @OptionGroup var gateway: GatewayOptions
        @Option(help: "A name for people; only one key has it.") var alias: String?
        @OptionGroup var bounds: BoundOptions
        @Option(help: "The team it belongs to, by its id or alias.") var team: String?
        @Option(help: "The user it belongs to, by its id.") var user: String?
        @Option(help: "The time that it is good for: 30d, 12h … Default: for ever.") var expires: String?
        @Flag(help: "Its requests never leave the local instances.") var localOnly = false
        @Flag(help: "Print what the gateway answers, as JSON.") var json = false

        func run() async throws {
            try await AdminShell(gateway).run { shell throws(GatewayClientError) in
                var body = bounds.fields
                let named = [
                    ("key_alias", alias), ("team_id", try await shell.team(ifNamed: team)), ("user_id", user),
                    ("duration", expires),
                ]
                for (name, value) in named {
                    if let value { body.append((name, .string(value))) }
                }
                if localOnly { body.append(("local_only", .bool(true))) }
                let made = try await shell.post("/key/generate", body)
                if json { return shell.print(made) }
                Terminal.write(made.text("key") + "\n")
                Terminal.complain("This is the only time that the key is shown; only its hash is kept.")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the keys, the newest first.")

        @OptionGroup var gateway: GatewayOptions
        @Option(help: "Only those of this team, by its id or alias.") var team: String?
        @Option(help: "Only those of this user, by its id.") var user: String?
        @Flag(help: "Print what the gateway answers, as JSON.") var json = false

        func run() async throws {
            try await AdminShell(gateway).run { shell throws(GatewayClientError) in
                var table = TextTable(
                    ["ALIAS", "KEY", "TEAM", "USER", "MODELS", "SPEND", "BUDGET", "EXPIRES", "STATE"], numbers: [5, 6])
                var rows: [JSONText] = []
                let team = try await shell.team(ifNamed: team)
                var page = 1
                while true {
                    let answer = try await shell.get(
                        "/key/list",
                        [
                            ("return_full_object", "true"), ("size", "100"), ("page", String(page)), ("team_id", team),
                            ("user_id", user),
                        ])
                    rows += answer.list("keys")
                    guard page < answer.number("total_pages") else { break }
                    page += 1
                }
                if json { return shell.print(.array(rows)) }
                for key in rows {
                    table.add([
                        key.text("key_alias"), key.text("key_name"), key.text("team_id"), key.text("user_id"),
                        key.models, key.dollars("spend"), key.budget, String(key.text("expires").prefix(10)),
                        key.text("status"),
                    ])
                }
                Terminal.write(rows.isEmpty ? "no keys\n" : table.text(coloured: Terminal.isColoured))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one key.")

        @OptionGroup var gateway: GatewayOptions
        @Argument(help: "The key, its hash or its alias.") var key: String
        @Flag(help: "Print what the gateway answers, as JSON.") var json = false

        func run() async throws {
            try await AdminShell(gateway).run { shell throws(GatewayClientError) in
                let info = try await shell.get("/key/info", [("key", try await shell.hash(of: key))])
                if json { return shell.print(info) }
                guard case .members(let members)? = info.member("info")?.content else { return }
                var table = TextTable(["FIELD", "VALUE"])
                for (name, value) in members where !value.isNothing { table.add([name, value.shown]) }
                Terminal.write(table.text(coloured: Terminal.isColoured))
            }
        }
    }

    struct Block: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Refuse a key until it is unblocked.")
        @OptionGroup var order: KeyOrder
        func run() async throws { try await order.carryOut("/key/block", said: "blocked") }
    }

    struct Unblock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a blocked key in again.")
        @OptionGroup var order: KeyOrder
        func run() async throws { try await order.carryOut("/key/unblock", said: "unblocked") }
    }

    struct Regenerate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a new key in the place of another, which ends at once or after a while.")

        @OptionGroup var gateway: GatewayOptions
        @Argument(help: "The key, its hash or its alias.") var key: String
        @Option(help: "The time that the old key goes on working: 24h, 2d … Default: as the gateway has it, else none.")
        var grace: String?

        func run() async throws {
            try await AdminShell(gateway).run { shell throws(GatewayClientError) in
                var body: [(name: String, value: JSONText)] = [("key", .string(try await shell.hash(of: key)))]
                if let grace { body.append(("grace_period", .string(grace))) }
                let made = try await shell.post("/key/regenerate", body)
                Terminal.write(made.text("key") + "\n")
                let until = made.text("grace_until")
                let end = until.isEmpty ? "is refused from now on" : "works until \(until) (UTC)"
                Terminal.complain("This is the only time that the key is shown; the old one \(end).")
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete keys. What they have spent stays in the book.")

        @OptionGroup var gateway: GatewayOptions
        @Argument(help: "The keys, their hashes or their aliases.") var keys: [String]

        func run() async throws {
            try await AdminShell(gateway).run { shell throws(GatewayClientError) in
                var hashes: [JSONText] = []
                for key in keys { hashes.append(.string(try await shell.hash(of: key))) }
                _ = try await shell.post("/key/delete", [("keys", .array(hashes))])
                Terminal.write("deleted \(keys.count == 1 ? "the key" : "\(keys.count) keys")\n")
            }
        }
    }
}

/// What is the same of all that change one key.
struct KeyOrder: ParsableArguments {
    @OptionGroup var gateway: GatewayOptions
    @Argument(help: "The key, its hash or its alias.") var key: String

    func carryOut(_ path: String, said: String) async throws {
        try await AdminShell(gateway).run { shell throws(GatewayClientError) in
            let row = try await shell.post(path, [("key", .string(try await shell.hash(of: key)))])
            let alias = row.text("key_alias")
            shell.say("\(alias.isEmpty ? row.text("key_name") : alias): \(said)")
        }
    }
}

/// Bounds of a key or a team.
struct BoundOptions: ParsableArguments {
    @Option(name: .customLong("model"), help: "A model it may ask for; once for each. None: all, or those that it has.")
    var models: [String] = []
    @Option(
        name: [.long, .customLong("max-budget")], help: "The dollars that it may spend.", transform: Self.dollars)
    var budget: Money?
    @Option(help: "The window of the budget: 1d, 7d, 30d, 1mo … Default: one that never ends.") var per: String?
    @Option(help: "Requests in any minute.") var rpm: Int?
    @Option(help: "Tokens in any minute.") var tpm: Int?

    func validate() throws {
        if per != nil, budget == nil { throw ValidationError("--per is the window of a --budget; give both") }
        for (name, limit) in [("--rpm", rpm), ("--tpm", tpm)] {
            if let limit, limit < 0 { throw ValidationError("\(name) is at least 0") }
        }
    }

    private static func dollars(_ text: String) throws -> Money {
        guard let money = Money(bound: text) else {
            throw ValidationError("a budget is a number of dollars such as 50 or 0.25")
        }
        return money
    }

    /// As the API takes them.
    var fields: [(name: String, value: JSONText)] {
        var fields: [(name: String, value: JSONText)] = []
        if !models.isEmpty { fields.append(("models", .array(models.map { .string($0) }))) }
        if let budget, let number = JSONText(budget.description) { fields.append(("max_budget", number)) }
        if let per { fields.append(("budget_duration", .string(per))) }
        if let rpm { fields.append(("rpm_limit", .integer(rpm))) }
        if let tpm { fields.append(("tpm_limit", .integer(tpm))) }
        return fields
    }
}
