public import Gateway
import Locking
import NIOCore
public import Upstream

/// The parts of a server that follow the configuration, and change with it while the server runs.
public struct GatewaySetup: Sendable {
    /// The way from names to deployments, at the balancer's positions.
    public var routes: RouteTable
    /// Where the balancer's instances listen, at its positions.
    public var origins: [UpstreamOrigin]
    /// The settings of requests to come.
    public var settings: ExchangeSettings
    /// Asks boxes what runs no model.
    public var boxes: BoxCalls
    /// Asks providers for the number of tokens of a message.
    public var counts: TokenCounts

    /// Parts as given.
    public init(
        routes: RouteTable, origins: [UpstreamOrigin], settings: ExchangeSettings, boxes: BoxCalls, counts: TokenCounts
    ) {
        (self.routes, self.origins, self.settings) = (routes, origins, settings)
        (self.boxes, self.counts) = (boxes, counts)
    }
}

/// A setup with what is made for it: it cannot fail any more.
public struct ServerSetup: Sendable {
    fileprivate(set) var parts: GatewaySetup
    let tls: UpstreamTLS

    /// - Throws: where a certificate bundle cannot be used.
    init(_ parts: GatewaySetup, shelf: (any ResponseShelf)?) throws(UpstreamSettingsError) {
        self.parts = parts
        self.parts.settings.shelf = shelf
        tls = try UpstreamTLS(for: parts.origins)
    }
}

/// The setup in force: looked at by whoever shows the pool, too.
final class CurrentSetup: Sendable {
    private let current: Locked<ServerSetup>

    init(_ setup: ServerSetup) { current = Locked(setup) }

    var setup: ServerSetup { current.withLock { $0 } }

    func use(_ setup: ServerSetup) { current.withLock { $0 = setup } }

    /// Another table with the rest as it is.
    func use(_ routes: RouteTable) -> ServerSetup {
        current.withLock { setup in
            setup.parts.routes = routes
            return setup
        }
    }
}
