import ArgumentParser
import Balancer

/// `drover drain INSTANCE`: no new requests for it; those it has may end.
struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Take an instance out of rotation; its open requests may end.")

    @OptionGroup var gateway: GatewayOptions
    @Argument(help: "The instance's name, as `drover status` shows it.") var instance: String

    func run() async throws { try await DrainOrder(draining: true, instance: instance, gateway: gateway).carryOut() }
}

/// `drover undrain INSTANCE`: back into rotation.
struct UndrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undrain", abstract: "Put an instance back into rotation.")

    @OptionGroup var gateway: GatewayOptions
    @Argument(help: "The instance's name, as `drover status` shows it.") var instance: String

    func run() async throws { try await DrainOrder(draining: false, instance: instance, gateway: gateway).carryOut() }
}

/// The part that both commands share.
private struct DrainOrder {
    let draining: Bool
    let instance: String
    let gateway: GatewayOptions

    func carryOut() async throws {
        let client = GatewayClient(gateway)
        do throws(GatewayClientError) {
            let row = try await client.setDraining(draining, instance: instance)
            let state = row.draining ? "draining, \(row.inFlight) in flight" : row.state
            Terminal.write("\(row.instance): \(state)".forTerminal + "\n")
        } catch {
            guard case .notFound = error else {
                Terminal.complain("error: \(error)")
                throw ExitCode(2)
            }
            Terminal.complain("error: \(await unknown(client))")
            throw ExitCode(1)
        }
    }

    /// Names the instances there are.
    private func unknown(_ client: GatewayClient) async -> String {
        let known = (try? await client.pool().snapshot.instances.map(\.instance)) ?? []
        return "no instance is named \"\(instance)\""
            + (known.isEmpty ? "" : "; there are: \(known.joined(separator: ", "))")
    }
}
