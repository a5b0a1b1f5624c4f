import Balancer
public import Gateway
import Hummingbird
import HummingbirdCore
import LedgerStore
import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle
import Telemetry
public import Upstream

/// The one port: hot calls in the NIO lane, everything else by the router, both on the same connections.
public struct GatewayServer: Service {
    let context: ServerContext
    private let group: MultiThreadedEventLoopGroup
    private let onListening: @Sendable (_ port: Int) -> Void
    private let logger: Logger
    private let certificate: ServerCertificate?
    private let hurry = Latch()

    /// - Parameters:
    ///   - onListening: called once, with the port that was bound.
    /// - Throws: a `CertificateFault` when the certificate or its key cannot be used, an `UpstreamSettingsError` when there
    ///   is nothing to check an instance's certificate with.
    public init(
        _ services: GatewayServices, configuration: ServerConfiguration,
        onListening: @escaping @Sendable (_ port: Int) -> Void
    ) throws {
        certificate = try configuration.tls.map { try ServerCertificate($0) }
        context = try ServerContext(services, configuration: configuration)
        group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.threads)
        self.onListening = onListening
        logger = services.telemetry.logger("server")
    }

    /// Uses a new table of routes from now on; returns once every event loop does.
    public func replaceRoutes(_ routes: RouteTable) async throws { try await context.replaceRoutes(routes) }

    /// Makes what another setup needs, before anything changes.
    ///
    /// - Throws: where a certificate bundle cannot be used.
    public func prepare(_ setup: GatewaySetup) throws(UpstreamSettingsError) -> ServerSetup {
        try context.prepare(setup)
    }

    /// Uses another setup from now on; returns once every event loop does. Everything that requests under way may know must
    /// stand at the same position.
    public func change(to setup: ServerSetup) async throws { try await context.change(to: setup) }

    /// Shows this as the configuration in force from now on.
    public func show(_ view: ConfigurationView) { context.show(view) }

    /// Reads the certificate and its key anew, for connections to come.
    ///
    /// - Returns: false where the port does not speak TLS.
    /// - Throws: a `CertificateFault` when they cannot be used; then those before stay.
    public func reloadCertificate() throws -> Bool {
        try certificate?.reload() != nil
    }

    /// Ends the delay and the grace of a shutdown that runs, or of the one to come.
    public func endAtOnce() { hurry.open() }

    /// Serves until the graceful shutdown has ended.
    ///
    /// In a shutdown `/health/readiness` is 503 at once and all is served on for `shutdownDelay`. Then nothing new is accepted,
    /// running requests may end for `shutdownGrace`, and what runs after that gets an error and ends. The event loops go on: a
    /// promise that ends after its loop is a fault to NIO.
    public func run() async throws {
        context.bodyThread.start()
        do {
            try await serve()
        } catch {
            await context.bodyThread.stop()
            context.loops.removeAll()
            context.resolver.stop()
            throw error
        }
        await context.bodyThread.stop()
        context.resolver.stop()
        _ = try await context.loops.gather { $0.shutdown() }
        context.loops.removeAll()
    }

    private func serve() async throws {
        let router = Router(context: RouteContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: Gatekeeper(server: context))
        context.serverRoutes.register(on: router, of: context)
        let (context, cold, logger) = (context, ColdLane(), Self.quiet(logger))
        let channel = HybridChannel(
            responder: ColdLane.responder(
                router.buildResponder(), unixSeconds: context.time.unixSeconds, logger: logger),
            server: context, certificate: certificate, cold: cold)
        // Clients that come at once find what they were answered before.
        for writer in context.keptWriters { await writer.tick() }
        let listener = try await Listener(
            context.configuration.places, on: group,
            setUp: { channel.setup(channel: $0, logger: logger).map { _ in } },
            shortage: { reason in
                context.telemetry.note(.shortage, reason: reason, at: context.time.now())
                context.loops.forEach { _ = $0.makeRoom() }
            })
        let (stop, hurry) = (Latch(), hurry)
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await cold.run(channel, logger: logger) }
            tasks.addTask { await context.history.run() }
            tasks.addTask { await context.newcomers.run() }
            for writer in context.keptWriters { tasks.addTask { await writer.run() } }
            let shutdown = Task {
                await stop.wait()
                await self.shutDown(listener)
            }
            await withTaskCancellationHandler {
                await withGracefulShutdownHandler {
                    onListening(listener.port ?? context.configuration.port)
                    await shutdown.value
                } onGracefulShutdown: {
                    context.leave()
                    stop.open()
                }
            } onCancel: {
                hurry.open()
                stop.open()
            }
            cold.finish()
            tasks.cancelAll()
        }
    }

    /// Ends the port; returns when no connection is left.
    private func shutDown(_ listener: Listener) async {
        let (context, configuration) = (context, context.configuration)
        context.loops.forEach { $0.retireLanes() }
        await pause(configuration.shutdownDelay)
        await listener.close()
        // Nothing else would end these.
        context.poolFeed.end()
        context.loops.forEach { $0.quiesceLanes() }
        let ending = Task {
            await self.pause(configuration.shutdownGrace)
            if Task.isCancelled { return }
            context.loops.forEach { $0.stopLanes() }
            // Bytes that still cannot be written after a moment are cut, so that the process ends.
            do { try await context.time.sleep(context.time.now() + FrontState.lingering) } catch { return }
            context.loops.forEach { $0.closeLanes() }
        }
        await context.gate.whenEmpty()
        ending.cancel()
    }

    /// Returns after that time, or when somebody is in a hurry: then all pauses are over.
    private func pause(_ length: Duration) async {
        guard length > .zero, !hurry.isOpen else { return }
        let (time, hurry) = (context.time, hurry)
        await withTaskGroup(of: Void.self) { waits in
            waits.addTask { try? await time.sleep(time.now() + length) }
            waits.addTask { await hurry.wait() }
            await waits.next()
            waits.cancelAll()
        }
    }

    /// Ends the event loops of a server that has run, where the process outlives it.
    public func endLoops() async throws { try await group.shutdownGracefully() }

    /// Hummingbird says "listening" and more at info: those are not ours to show.
    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = .warning
        return logger
    }
}
