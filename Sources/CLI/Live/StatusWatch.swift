import ArgumentParser
import Balancer
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// Shows the pool again each second until SIGINT or SIGTERM, or `q`: on a terminal over the whole screen, which is given
/// back as it was; elsewhere as plain lines, one table after the other.
struct StatusWatch: Service {
    let client: GatewayClient

    /// Returns after the signal or the key.
    func runUntilInterrupted() async throws {
        do throws(GatewayClientError) { _ = try await client.pool() } catch {
            guard error.mayPass else {
                Terminal.complain("error: \(error)")
                throw ExitCode(2)
            }
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: self, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigint, .sigterm, .sighup],
                logger: Logger(label: "drover", factory: { _ in SwiftLogNoOpLogHandler() })))
        try await group.run()
    }

    func run() async {
        await cancelWhenGracefulShutdown {
            if Terminal.isTerminal { await showLive() } else { await printTables() }
        }
    }

    private func printTables() async {
        while !Task.isCancelled {
            let text: String
            do throws(GatewayClientError) {
                let table = StatusTable(snapshot: try await client.pool().snapshot)
                text = table.lines(coloured: false).joined(separator: "\n")
            } catch {
                text = "\(error)\ntrying again each second"
            }
            guard !Task.isCancelled else { return }
            Terminal.write(text + "\n\n")
            try? await Task.sleep(for: .seconds(1))
        }
    }

    // MARK: - On a terminal

    private enum Input: Sendable {
        case key(LiveTerminal.Input)
        case pool(Result<PoolSnapshot, GatewayClientError>)
    }

    private func showLive() async {
        let (inputs, continuation) = AsyncStream.makeStream(of: Input.self)
        let terminal = LiveTerminal { continuation.yield(.key($0)) }
        defer { terminal.close() }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                while !Task.isCancelled {
                    do throws(GatewayClientError) {
                        continuation.yield(.pool(.success(try await client.pool().snapshot)))
                    } catch {
                        continuation.yield(.pool(.failure(error)))
                    }
                    try? await Task.sleep(for: .seconds(1))
                }
            }
            tasks.addTask { await draw(inputs) }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    /// Returns with the key that ends it.
    private func draw(_ inputs: AsyncStream<Input>) async {
        var board = LiveBoard()
        var skipped = 0
        let time = TimeSource.live
        Self.show(board, skipped)
        for await input in inputs {
            switch input {
            case .key(.quit): return
            case .key(.up): skipped = max(0, skipped - 1)
            case .key(.down): skipped = min(skipped + 1, max(0, (board.snapshot?.instances.count ?? 0) - 1))
            case .key(.resized): break
            case .pool(.success(let snapshot)):
                board.take(snapshot, at: time.now().seconds, clock: Self.timeOfDay)
            case .pool(.failure(let error)):
                if Task.isCancelled { return }
                board.fail("\(error)", clock: Self.timeOfDay)
            }
            Self.show(board, skipped)
        }
    }

    /// Overwrites in place, which does not flicker: each line, the rest of it cleared, then all below.
    private static func show(_ board: LiveBoard, _ skipped: Int) {
        let size = Terminal.size
        let screen = LiveScreen(
            columns: size.columns, rows: size.rows, coloured: Terminal.isColoured, hasBlocks: Terminal.hasBlocks)
        let lines = screen.lines(board, skipped: skipped)
        Terminal.write("\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
    }

    /// Where the person is who looks.
    private static var timeOfDay: String {
        var now = time_t(TimeSource.live.unixSeconds())
        var parts = tm()
        localtime_r(&now, &parts)
        func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + "\(number)" }
        return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}
