public import NIOCore
import NIOSSL
import NIOTLS

/// The connections of ONE event loop to all instances, kept alive between requests.
///
/// Not `Sendable`: made, used and shut down on its loop. Bounded: at most ``maximumIdle`` parked connections an
/// instance, each closed after ``idleTicks`` ticks without use, and by ``maximumAge`` however much it is used.
public final class UpstreamPool {
    /// Parked connections kept for one instance.
    static let maximumIdle = 512
    /// Ticks (of 100 ms, see ``onTick()``) after which a parked connection is closed: 55 s, below the 60 s at which
    /// common reverse proxies close theirs.
    static let idleTicks: UInt32 = 550
    /// Ticks after which a connection is not used again: 5 min, so that a changed DNS answer is followed.
    static let maximumAge: UInt32 = 3000

    private let eventLoop: any EventLoop
    private var origins: [UpstreamOrigin]
    /// By position: rises when another origin stands there.
    private var epochs: [UInt32]
    private let resolver: HostResolver
    let sendsDirectly: Bool
    /// Brings connections up in place of sockets; nil: sockets do.
    private let dial: ((UpstreamChannel) -> Void)?
    /// Not checked for exclusive access at run time: the array's own methods change it, on the one loop, and only
    /// `onTick()` has a closure run meanwhile. That closes channels which are idle: they neither come back to the pool
    /// nor have a consumer to tell.
    @exclusivity(unchecked) private var idle: [[UpstreamChannel]]
    /// By origin; nil without TLS.
    private var contexts: [NIOSSLContext?]
    private var connectionsMade: UInt32 = 0
    private var isShutDown = false
    private(set) var tick: UInt32 = 0

    /// - Parameters:
    ///   - tls: made for the same origins.
    ///   - resolver: shared by all loops.
    ///   - sendsDirectly: requests go out past NIO's queue where that is possible; see ``DirectSocket``.
    public init(
        eventLoop: any EventLoop, origins: [UpstreamOrigin], tls: UpstreamTLS, resolver: HostResolver,
        sendsDirectly: Bool
    ) {
        dial = nil
        self.eventLoop = eventLoop
        self.resolver = resolver
        self.sendsDirectly = sendsDirectly
        self.origins = origins
        contexts = origins.map(tls.context)
        idle = Array(repeating: [], count: origins.count)
        epochs = Array(repeating: 0, count: origins.count)
    }

    /// From now on these are the origins, by position; none may be missing at the end. Where another one stands than before,
    /// its parked connections close, and those in use close when their answer ends.
    ///
    /// - Parameter tls: made for the same origins.
    public func use(_ new: [UpstreamOrigin], tls: UpstreamTLS) {
        for (index, origin) in new.enumerated() {
            guard index < origins.count else {
                origins.append(origin)
                contexts.append(tls.context(for: origin))
                idle.append([])
                epochs.append(0)
                continue
            }
            // What a bundle holds may have changed, so new connections go by it.
            contexts[index] = tls.context(for: origin)
            guard origins[index] != origin else { continue }
            origins[index] = origin
            epochs[index] &+= 1
            let parked = idle[index]
            idle[index] = []
            for channel in parked where channel.isIdle { channel.close() }
        }
    }

    /// A pool whose connections `dial` brings up, for who simulates the network: it puts the channel on a connection that is
    /// active, or calls its `connectFailed`.
    package init(
        eventLoop: any EventLoop, origins: [UpstreamOrigin], tls: UpstreamTLS, resolver: HostResolver,
        dial: @escaping (UpstreamChannel) -> Void
    ) {
        self.dial = dial
        self.eventLoop = eventLoop
        self.resolver = resolver
        sendsDirectly = false
        self.origins = origins
        contexts = origins.map(tls.context)
        idle = Array(repeating: [], count: origins.count)
        epochs = Array(repeating: 0, count: origins.count)
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
        connectionsMade &+= 1
        return UpstreamChannel(
            pool: self, originIndex: origin, epoch: epochs[origin], usesTLS: origins[origin].usesTLS,
            lifetime: Self.lifetime(ofConnection: connectionsMade))
    }

    /// Ticks, 4 to 5 min: the connections of a burst do not all have to be made anew at once.
    static func lifetime(ofConnection number: UInt32) -> UInt32 {
        // Steps of the golden ratio spread any run of numbers evenly, without chance.
        let spread = (UInt64(number &* 0x9E37_79B9) * UInt64(maximumAge / 5)) >> 32
        return maximumAge - UInt32(spread)
    }

    /// Every 100 ms, by the loop's one timer: closes what has been idle for too long, or is too old and idle.
    public func onTick() {
        tick &+= 1
        guard tick % 10 == 0 else { return }
        for index in idle.indices where !idle[index].isEmpty {
            idle[index].removeAll { channel in
                if channel.isIdle, !channel.isAged, tick &- channel.idleSince < Self.idleTicks { return false }
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
        guard !isShutDown, !channel.isAged, epochs[channel.originIndex] == channel.epoch,
            idle[channel.originIndex].count < Self.maximumIdle
        else { return false }
        idle[channel.originIndex].append(channel)
        return true
    }

    /// Brings a connection up; `channel` is told how that ends.
    func connect(_ channel: UpstreamChannel) {
        if let dial { return dial(channel) }
        let index = channel.originIndex
        Dialer(origin: origins[index], tls: contexts[index], resolver: resolver, eventLoop: eventLoop).dial(
            for: channel)
    }

    func isHandshakeDone(_ event: Any) -> Bool {
        if case .some(.handshakeCompleted) = event as? TLSUserEvent { true } else { false }
    }

    /// Checks the names, which swift-nio-ssl has not done; see ``CertificateNames``.
    func isCertificateForHost(_ context: ChannelHandlerContext, origin index: Int) -> Bool {
        let origin = origins[index]
        guard origin.trust != .unverified, IPRange.Address(origin.host) == nil else { return true }
        let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
        return certificate.map { CertificateNames.name(origin.host, in: $0) } ?? false
    }

    func tlsFailure(_ error: any Error, origin index: Int) -> UpstreamError {
        .insecure(TLSFailure.describe(error, host: origins[index].host, port: origins[index].port))
    }
}
