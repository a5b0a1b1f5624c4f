import ArgumentParser

/// `drover status`: how the pool is.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the pool's health, grouped by instance.",
        discussion: """
            Exits with 0 when every model has all its instances ready, 1 when some instance is not ready, 2 when some \
            model has none or no gateway answers.
            """)

    @OptionGroup var gateway: GatewayOptions

    @Flag(help: "Print what the gateway answers, as JSON.")
    var json = false

    @Flag(help: "Show it again each second; on a terminal over the full screen.")
    var watch = false

    mutating func validate() throws {
        if json && watch { throw ValidationError("--json prints once; leave out --watch") }
    }

    func run() async throws {
        let client = GatewayClient(gateway)
        guard !watch else { return try await StatusWatch(client: client).runUntilInterrupted() }
        do {
            let pool = try await client.pool()
            let table = StatusTable(snapshot: pool.snapshot)
            if json {
                Terminal.write(String(decoding: pool.json, as: UTF8.self) + "\n")
            } else {
                Terminal.write(table.lines(coloured: Terminal.isColoured).joined(separator: "\n") + "\n")
            }
            throw ExitCode(table.verdict.rawValue)
        } catch let error as GatewayClientError {
            Terminal.complain("error: \(error)")
            throw ExitCode(2)
        }
    }
}

/// `drover top`: the live view.
struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Show the pool's health live (status --watch).")

    @OptionGroup var gateway: GatewayOptions

    func run() async throws {
        try await StatusWatch(client: GatewayClient(gateway)).runUntilInterrupted()
    }
}
