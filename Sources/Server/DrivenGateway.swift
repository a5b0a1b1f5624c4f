package import Gateway
package import NIOCore
import Telemetry
package import Upstream

/// The hot lane on an event loop that its maker drives, over connections that its maker makes: no socket, no thread, no clock
/// of the system's. `Tests/FaultSim` serves with it.
///
/// Everything between a client's first byte and an answer's last is what `GatewayServer` runs. What is left out is the router
/// behind it: a request for one of its routes ends the connection.
package final class DrivenGateway {
    private let context: ServerContext
    private let loop: LoopState

    /// A request that the router would serve.
    private struct NoRouter: Error {}

    /// - Parameters:
    ///   - eventLoop: must be the one that this is called on.
    ///   - seed: where chance starts.
    ///   - dial: brings a connection to an instance up: puts the channel on one that is active, or calls its `connectFailed`.
    package init(
        _ services: GatewayServices, configuration: ServerConfiguration, on eventLoop: any EventLoop, seed: UInt64,
        dial: @escaping (UpstreamChannel) -> Void
    ) throws {
        context = try ServerContext(services, configuration: configuration, bodyThread: .none)
        loop = LoopState(
            eventLoop: eventLoop, context: context,
            upstreams: UpstreamPool(
                eventLoop: eventLoop, origins: context.setup.parts.origins, tls: context.setup.tls,
                resolver: context.resolver, dial: dial),
            random: SystemSeeded(seed: seed))
        context.loops.add(loop)
    }

    /// Serves a client's connection, which is not active yet.
    package func accept(_ channel: any Channel) throws {
        let front = FrontHandler(
            loop: loop, usesTLS: false, buildColdPipeline: { _, _ in throw NoRouter() })
        try channel.pipeline.syncOperations.addHandler(front)
    }

    /// The answer to `GET /metrics`.
    package func prometheus() -> [UInt8] {
        context.telemetry.prometheus(
            loops: [loop.telemetry.snapshot()], pool: context.pool, metrics: context.poolMetrics, connections: 0,
            heldBytes: 0)
    }

    /// Uses a new table of routes from now on.
    package func use(_ routes: RouteTable) { loop.use(context.change(to: routes)) }

    /// The grace of a shutdown is over: every running request ends now.
    package func stopLanes() { loop.stopLanes() }

    /// Ends the timer, and every connection that is kept.
    package func shutdown() {
        loop.shutdown()
        context.loops.removeAll()
    }
}
