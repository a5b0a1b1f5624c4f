import ArgumentParser
import Balancer

/// `drover drain INSTANCE`: no new requests for it; those it has may end.
struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Take an instance out of rotation; its open requests may end.")

    @OptionGroup var gateway: GatewayOptions
    @Flag(help: "Return when the last of its requests has ended.") var wait = false
    @Argument(help: "The instance's name, as `drover status` shows it.") var instance: String

    func run() async throws {
        try await DrainOrder(draining: true, waits: wait, instance: instance, gateway: gateway).carryOut()
    }
}

/// `drover undrain INSTANCE`: back into rotation.
struct UndrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undrain", abstract: "Put an instance back into rotation.")

    @OptionGroup var gateway: GatewayOptions
    @Argument(help: "The instance's name, as `drover status` shows it.") var instance: String

    func run() async throws {
        try await DrainOrder(draining: false, waits: false, instance: instance, gateway: gateway).carryOut()
    }
}

/// The part that both commands share.
private struct DrainOrder {
    /// How often the pool is looked at while the last requests end.
    private static let interval = Duration.milliseconds(250)
    /// So many looks in a row may find no gateway before the wait is given up.
    private static let patience = 20

    let draining: Bool
    let waits: Bool
    let instance: String
    let gateway: GatewayOptions

    func carryOut() async throws {
        let client = GatewayClient(gateway)
        do throws(GatewayClientError) {
            let row = try await client.setDraining(draining, instance: instance)
            tell(row, row.draining ? "draining, \(row.inFlight) in flight" : row.state)
            if waits, row.inFlight > 0 { try await awaitEnd(of: row, by: client) }
        } catch {
            guard case .notFound = error else {
                Terminal.complain("error: \(error)")
                throw ExitCode(2)
            }
            Terminal.complain("error: \(await unknown(client))")
            throw ExitCode(1)
        }
    }

    /// Returns when nothing runs on the instance any more, or a reload has taken it out of the pool with its last request.
    private func awaitEnd(
        of row: PoolSnapshot.Instance, by client: GatewayClient
    ) async throws(GatewayClientError) {
        var misses = 0
        while true {
            do { try await Task.sleep(for: Self.interval) } catch { return }
            do throws(GatewayClientError) {
                let pool = try await client.pool().snapshot
                misses = 0
                guard let now = pool.instances.first(where: { $0.instance == row.instance }) else {
                    return tell(row, "no longer in the pool")
                }
                guard now.draining || now.state == "draining" else {
                    throw .refused(message: "\(row.instance) was put back into rotation with \(now.inFlight) in flight")
                }
                guard now.inFlight > 0 else { return tell(row, "drained") }
            } catch {
                misses += 1
                guard case .noAnswer = error, misses < Self.patience else { throw error }
            }
        }
    }

    private func tell(_ row: PoolSnapshot.Instance, _ state: String) {
        Terminal.write("\(row.instance): \(state)".forTerminal + "\n")
    }

    /// Names the instances there are.
    private func unknown(_ client: GatewayClient) async -> String {
        let known = (try? await client.pool().snapshot.instances.map(\.instance)) ?? []
        return "no instance is named \"\(instance)\""
            + (known.isEmpty ? "" : "; there are: \(known.joined(separator: ", "))")
    }
}
