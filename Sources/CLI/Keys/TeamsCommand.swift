import ArgumentParser
import Dialects

/// `drover teams`: the teams of a running gateway.
struct TeamsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "teams", abstract: "Make, show and change teams.",
        discussion: "A team is named by its id or by its alias.",
        subcommands: [Create.self, List.self, Show.self, Update.self, Block.self, Unblock.self, Delete.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a team; its id is printed.")

        @OptionGroup var gateway: GatewayOptions
        @Argument(help: "Its name for people.") var alias: String
        @OptionGroup var bounds: BoundOptions
        @Flag(help: "Print what the gateway answers, as JSON.") var json = false

        func run() async throws {
            try await AdminShell(gateway).run { shell throws(GatewayClientError) in
                let made = try await shell.post("/team/new", [("team_alias", .string(alias))] + bounds.fields)
                if json { return shell.print(made) }
                Terminal.write(made.text("team_id") + "\n")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the teams.")

        @OptionGroup var gateway: GatewayOptions
        @Flag(help: "Print what the gateway answers, as JSON.") var json = false

        func run() async throws {
            try await AdminShell(gateway).run { shell throws(GatewayClientError) in
                let answer = try await shell.get("/team/list", [])
                if json { return shell.print(answer) }
                var table = TextTable(["ALIAS", "ID", "MODELS", "SPEND", "BUDGET", "STATE"], numbers: [3, 4])
                guard case .list(let teams) = answer.content, !teams.isEmpty else {
                    return Terminal.write("no teams\n")
                }
                for team in teams {
                    table.add([
                        team.text("team_alias"), team.text("team_id"), team.models, team.dollars("spend"), team.budget,
                        team.isTrue("blocked") ? "blocked" : "active",
                    ])
                }
                Terminal.write(table.text(coloured: Terminal.isColoured))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a team, its members and its keys.")

        @OptionGroup var gateway: GatewayOptions
        @Argument(help: "The team's id or alias.") var team: String
        @Flag(help: "Print what the gateway answers, as JSON.") var json = false

        func run() async throws {
            try await AdminShell(gateway).run { shell throws(GatewayClientError) in
                let info = try await shell.get("/team/info", [("team_id", try await shell.team(team))])
                if json { return shell.print(info) }
                var table = TextTable(["FIELD", "VALUE"])
                if case .members(let members)? = info.member("team_info")?.content {
                    for (name, value) in members where !value.isNothing { table.add([name, value.shown]) }
                }
                let keys = info.list("keys").map { key in
                    key.text("key_alias").isEmpty ? key.text("key_name") : key.text("key_alias")
                }
                table.add(["keys", keys.joined(separator: ", ")])
                Terminal.write(table.text(coloured: Terminal.isColoured))
            }
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give a team other bounds.")

        @OptionGroup var gateway: GatewayOptions
        @Argument(help: "The team's id or alias.") var team: String
        @OptionGroup var bounds: BoundOptions

        func validate() throws {
            if bounds.fields.isEmpty {
                throw ValidationError("nothing to change: give --model, --budget, --rpm or --tpm")
            }
        }

        func run() async throws {
            try await AdminShell(gateway).run { shell throws(GatewayClientError) in
                let id = try await shell.team(team)
                _ = try await shell.post("/team/update", [("team_id", .string(id))] + bounds.fields)
                shell.say("\(team): updated")
            }
        }
    }

    struct Block: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Refuse all keys of a team until it is unblocked.")
        @OptionGroup var order: TeamOrder
        func run() async throws { try await order.carryOut("/team/block", said: "blocked") }
    }

    struct Unblock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let the keys of a blocked team in again.")
        @OptionGroup var order: TeamOrder
        func run() async throws { try await order.carryOut("/team/unblock", said: "unblocked") }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a team and its keys.")

        @OptionGroup var gateway: GatewayOptions
        @Argument(help: "The team's id or alias.") var team: String

        func run() async throws {
            try await AdminShell(gateway).run { shell throws(GatewayClientError) in
                let id = try await shell.team(team)
                _ = try await shell.post("/team/delete", [("team_ids", .array([.string(id)]))])
                shell.say("\(team): deleted, and its keys")
            }
        }
    }
}

/// What is the same of all that change one team.
struct TeamOrder: ParsableArguments {
    @OptionGroup var gateway: GatewayOptions
    @Argument(help: "The team's id or alias.") var team: String

    func carryOut(_ path: String, said: String) async throws {
        try await AdminShell(gateway).run { shell throws(GatewayClientError) in
            _ = try await shell.post(path, [("team_id", .string(try await shell.team(team)))])
            shell.say("\(team): \(said)")
        }
    }
}
