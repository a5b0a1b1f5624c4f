import Balancer
public import Gateway
import Hummingbird
import HummingbirdCore
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
    private let hurrying = AsyncStream.makeStream(of: Void.self)

    /// - Parameters:
    ///   - onListening: called once, with the port that was bound.
    /// - Throws: an `NIOSSLError` when the certificate or its key cannot be used, an `UpstreamSettingsError` when there
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
    /// - Throws: an `NIOSSLError` when they cannot be used; then those before stay.
    public func reloadCertificate() throws -> Bool {
        try certificate?.reload() != nil
    }

    /// Ends the grace of a shutdown that runs, or of the one to come.
    public func hurry() { hurrying.continuation.yield() }

    /// Serves until the graceful shutdown has ended.
    ///
    /// Then nothing new is accepted, running requests may end for `shutdownGrace`, and what runs after that gets an
    /// error and ends. The event loops go on: Hummingbird's server lets go of its last promise in a task that nobody can
    /// wait for, and a promise that ends after its loop is a fault to NIO.
    public func run() async throws {
        context.bodyThread.start()
        let router = Router(context: RouteContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: Gatekeeper(server: context))
        context.serverRoutes.register(on: router, of: context)
        let configuration = context.configuration
        let certificate = certificate
        let context = context
        let onListening = onListening
        let application = Application(
            router: router,
            server: HTTPServerBuilder { HybridChannel(responder: $0, server: context, certificate: certificate) },
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 4096,
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.limits.maxConnections)),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? configuration.port) },
            eventLoopGroupProvider: .shared(group), logger: Self.quiet(logger))
        let grace = configuration.shutdownGrace
        let (stopping, stop) = AsyncStream.makeStream(of: Void.self)
        let hurrying = hurrying.stream
        do {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await application.run() }
                tasks.addTask { await context.history.run() }
                tasks.addTask {
                    for await _ in stopping { break }
                    await withTaskGroup(of: Void.self) { waits in
                        waits.addTask { try? await context.time.sleep(context.time.now() + grace) }
                        waits.addTask { for await _ in hurrying { break } }
                        await waits.next()
                        waits.cancelAll()
                    }
                    if Task.isCancelled { return }
                    context.loops.forEach { $0.stopLanes() }
                    // Bytes that still cannot be written after a moment are cut, so that the process ends.
                    do { try await context.time.sleep(context.time.now() + FrontState.lingering) } catch { return }
                    context.loops.forEach { $0.closeLanes() }
                }
                try await withGracefulShutdownHandler {
                    _ = try await tasks.next()
                } onGracefulShutdown: {
                    stop.yield()
                    // Nothing else would end these.
                    context.poolFeed.end()
                }
                tasks.cancelAll()
            }
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

    /// Ends the event loops of a server that has run, where the process outlives it.
    public func endLoops() async throws { try await group.shutdownGracefully() }

    /// Hummingbird says "listening" and more at info: those are not ours to show.
    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = .warning
        return logger
    }
}
