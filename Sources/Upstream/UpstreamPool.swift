public import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// The connections of ONE event loop to all instances, kept alive between requests.
///
/// Not `Sendable`: made, used and shut down on its loop. Bounded: at most ``maximumIdle`` parked connections an
/// instance, each closed after ``idleTicks`` ticks without use.
public final class UpstreamPool {
    /// Parked connections kept for one instance.
    static let maximumIdle = 512
    /// Ticks (of 100 ms, see ``onTick()``) after which a parked connection is closed: 55 s, below the 60 s at which
    /// common reverse proxies close theirs.
    static let idleTicks: UInt32 = 550

    private let eventLoop: any EventLoop
    private let origins: [UpstreamOrigin]
    let sendsDirectly: Bool
    private var idle: [[UpstreamChannel]]
    private let tlsContext: NIOSSLContext?
    private var isShutDown = false
    private(set) var tick: UInt32 = 0

    /// - Parameter sendsDirectly: requests go out past NIO's queue where that is possible; see ``DirectSocket``.
    /// - Throws: an `NIOSSLError` if an origin uses TLS and the system's trust store cannot be read.
    public convenience init(eventLoop: any EventLoop, origins: [UpstreamOrigin], sendsDirectly: Bool) throws {
        try self.init(
            eventLoop: eventLoop, origins: origins, sendsDirectly: sendsDirectly, tls: .makeClientConfiguration())
    }

    /// - Parameter tls: whom to trust.
    init(
        eventLoop: any EventLoop, origins: [UpstreamOrigin], sendsDirectly: Bool, tls: TLSConfiguration
    ) throws {
        self.eventLoop = eventLoop
        self.sendsDirectly = sendsDirectly
        self.origins = origins
        idle = Array(repeating: [], count: origins.count)
        tlsContext = origins.contains(where: \.usesTLS) ? try NIOSSLContext(configuration: tls) : nil
    }

    /// A connection to an origin, parked or yet to be made. Nothing is sent and nothing is called before
    /// ``UpstreamChannel/start(_:for:)``, so that the caller knows its call when the first event comes.
    ///
    /// - Parameter fresh: never reuse: for the one retry after ``UpstreamError/stale``.
    public func take(_ origin: Int, fresh: Bool) -> UpstreamChannel {
        if !fresh {
            while let parked = idle[origin].popLast() {
                if parked.isIdle { return parked }
            }
        }
        return UpstreamChannel(pool: self, originIndex: origin, usesTLS: origins[origin].usesTLS)
    }

    /// Every 100 ms, by the loop's one timer: closes what has been idle for too long.
    public func onTick() {
        tick &+= 1
        guard tick % 10 == 0 else { return }
        for index in idle.indices where !idle[index].isEmpty {
            idle[index].removeAll { channel in
                if channel.isIdle, tick &- channel.idleSince < Self.idleTicks { return false }
                if channel.isIdle { channel.close() }
                return true
            }
        }
    }

    /// Closes every parked connection; connections in use close when their answer ends.
    public func shutdown() {
        isShutDown = true
        for index in idle.indices {
            let parked = idle[index]
            idle[index] = []
            for channel in parked where channel.isIdle { channel.close() }
        }
    }

    func park(_ channel: UpstreamChannel) -> Bool {
        guard !isShutDown, idle[channel.originIndex].count < Self.maximumIdle else { return false }
        idle[channel.originIndex].append(channel)
        return true
    }

    /// Connects, then puts the handlers on the connection that won: a host name may have several addresses.
    func connect(_ channel: UpstreamChannel) {
        let origin = origins[channel.originIndex]
        let bound = NIOLoopBound(channel, eventLoop: eventLoop)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(origin.connectTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // Not a byte may be read before there is somebody to read it.
            .channelOption(.autoRead, value: false)
        let connected: EventLoopFuture<any Channel>
        if let address = try? SocketAddress(ipAddress: origin.host, port: origin.port) {
            connected = bootstrap.connect(to: address)
        } else {
            connected = bootstrap.connect(host: origin.host, port: origin.port)
        }
        let tlsContext = self.tlsContext
        connected.whenComplete { result in
            switch result {
            case .success(let nioChannel):
                do {
                    try Self.addHandlers(bound.value, to: nioChannel, origin: origin, tlsContext: tlsContext)
                } catch {
                    bound.value.connectFailed(.insecure("cannot set up TLS: \(error)"))
                    nioChannel.close(promise: nil)
                }
            case .failure(let error):
                bound.value.connectFailed(.refused(Self.describe(error, origin: origin)))
            }
        }
    }

    private static func addHandlers(
        _ handler: UpstreamChannel, to channel: any Channel, origin: UpstreamOrigin, tlsContext: NIOSSLContext?
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if origin.usesTLS, let tlsContext {
            // SNI and certificate names are for host names; an IP address has neither.
            let name = origin.host.isIPAddress ? nil : origin.host
            try pipeline.addHandler(NIOSSLClientHandler(context: tlsContext, serverHostname: name))
            let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
            channel.eventLoop.scheduleTask(in: TimeAmount(origin.connectTimeout)) {
                bound.value.handshakeIsOverdue()
            }
        }
        try pipeline.addHandler(handler)
        channel.setOption(.autoRead, value: true).whenFailure { _ in channel.close(promise: nil) }
    }

    private static func describe(_ error: any Error, origin: UpstreamOrigin) -> String {
        let place = "\(origin.host):\(origin.port)"
        switch error {
        case ChannelError.connectTimeout: return "no connection to \(place) within \(origin.connectTimeout)"
        case let failure as NIOConnectionError:
            if failure.connectionErrors.isEmpty { return "the host name of \(place) is unknown" }
            let first = failure.connectionErrors.first.map { ioReason($0.error) } ?? "refused"
            return "cannot connect to \(place): \(first)"
        default: return "cannot connect to \(place): \(ioReason(error))"
        }
    }

    private static func ioReason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "connection failed" }
        switch error.errnoCode {
        case ECONNREFUSED: return "connection refused"
        case EHOSTUNREACH, ENETUNREACH: return "no route to host"
        case ETIMEDOUT: return "timed out"
        case EMFILE, ENFILE: return "too many open files here; raise the limit (ulimit -n)"
        default: return "connection failed (errno \(error.errnoCode))"
        }
    }

    func isHandshakeDone(_ event: Any) -> Bool {
        if case .some(.handshakeCompleted) = event as? TLSUserEvent { true } else { false }
    }

    func tlsFailure(_ error: any Error) -> UpstreamError { .insecure("TLS handshake failed: \(error)") }
}

extension String {
    fileprivate var isIPAddress: Bool { (try? SocketAddress(ipAddress: self, port: 1)) != nil }
}
