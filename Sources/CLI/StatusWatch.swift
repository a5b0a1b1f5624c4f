import Logging
import ServiceLifecycle
import UnixSignals

/// Shows the pool again each second until SIGINT or SIGTERM: on a terminal over the whole screen, which is given back
/// as it was; elsewhere as plain lines, one table after the other.
struct StatusWatch: Service {
    let client: GatewayClient

    /// Returns after the signal.
    func runUntilInterrupted() async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: self, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigint, .sigterm, .sighup],
                logger: Logger(label: "drover", factory: { _ in SwiftLogNoOpLogHandler() })))
        try await group.run()
    }

    func run() async {
        let isTerminal = Terminal.isTerminal
        if isTerminal { Terminal.write(Self.enter) }
        defer { if isTerminal { Terminal.write(Self.leave) } }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let lines = await lines(isTerminal: isTerminal)
                guard !Task.isCancelled else { return }
                Terminal.write(isTerminal ? Self.screen(lines) : lines.joined(separator: "\n") + "\n\n")
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func lines(isTerminal: Bool) async -> [String] {
        do throws(GatewayClientError) {
            let table = StatusTable(snapshot: try await client.pool().snapshot)
            return table.lines(
                coloured: Terminal.isColoured, width: isTerminal ? Terminal.size.columns : nil)
        } catch {
            return ["\(error)", "trying again each second"]
        }
    }

    /// The other screen, so that what was there comes back; no cursor.
    private static let enter = "\u{1B}[?1049h\u{1B}[?25l"
    private static let leave = "\u{1B}[?25h\u{1B}[?1049l"

    /// Overwrites in place, which does not flicker: each line, the rest of it cleared, then all below.
    private static func screen(_ lines: [String]) -> String {
        let rows = Terminal.size.rows
        let shown = lines.count <= rows ? lines : lines.prefix(rows - 1) + ["… \(lines.count - rows + 1) more lines"]
        return "\u{1B}[H" + shown.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J"
    }
}
