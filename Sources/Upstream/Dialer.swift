import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// Brings one connection to an origin up: its name, then TCP, then CONNECT if there is a proxy, then TLS.
///
/// The name has `connectTimeout` for itself, then all the rest together.
struct Dialer: Sendable {
    let origin: UpstreamOrigin
    /// Nil without TLS.
    let tls: NIOSSLContext?
    let resolver: HostResolver
    let eventLoop: any EventLoop

    /// Puts `handler` on the connection that won (a host name may have several addresses), or tells it why there is none.
    func dial(for handler: UpstreamChannel) {
        if case .none(let reason) = origin.route { return handler.connectFailed(.refused(reason)) }
        if let address = try? SocketAddress(ipAddress: host, port: port) {
            return dial(for: handler) { $0.connect(to: address) }
        }
        let bound = NIOLoopBound(handler, eventLoop: eventLoop)
        resolver.find(host, within: TimeAmount(origin.connectTimeout), on: eventLoop).whenSuccess { finding in
            switch finding {
            case .unknown: bound.value.connectFailed(.refused("the host name of \(place) is unknown"))
            case .noAnswer(let reason):
                bound.value.connectFailed(.ours("the name of \(place) cannot be looked up: \(reason)"))
            case .found(let addresses):
                let known = KnownAddresses(addresses: addresses, eventLoop: eventLoop)
                dial(for: bound.value) { $0.resolver(known).connect(host: host, port: port) }
            }
        }
    }

    private func dial(for handler: UpstreamChannel, connect: (ClientBootstrap) -> EventLoopFuture<any Channel>) {
        let bound = NIOLoopBound(handler, eventLoop: eventLoop)
        let deadline = NIODeadline.now() + TimeAmount(origin.connectTimeout)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(origin.connectTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // Not a byte may be read before there is somebody to read it.
            .channelOption(.autoRead, value: false)
        connect(bootstrap).whenComplete { result in
            switch result {
            case .failure(let error): bound.value.connectFailed(Self.failure(error, at: place, origin))
            case .success(let channel):
                guard let proxy = origin.proxy else {
                    finish(channel, handler: bound.value, deadline: deadline)
                    return
                }
                ProxyTunnel(proxy: proxy, origin: origin, deadline: deadline).open(on: channel).whenComplete {
                    switch $0 {
                    case .success: finish(channel, handler: bound.value, deadline: deadline)
                    case .failure(let error):
                        bound.value.connectFailed(error as? UpstreamError ?? .refused("the proxy did not answer"))
                        channel.close(promise: nil)
                    }
                }
            }
        }
    }

    private var host: String { origin.proxy?.host ?? origin.address ?? origin.host }
    private var port: Int { origin.proxy?.port ?? origin.port }

    /// For messages.
    private var place: String {
        origin.proxy.map { "the proxy \($0.host):\($0.port)" } ?? "\(origin.address ?? origin.host):\(origin.port)"
    }

    private func finish(_ channel: any Channel, handler: UpstreamChannel, deadline: NIODeadline) {
        let pipeline = channel.pipeline.syncOperations
        do {
            // The consumer is there before the end is told: a connection may be gone again by now.
            try pipeline.addHandler(handler)
            if let tls {
                // A name to ask for and to find in the certificate; an address is only found there.
                let name = IPRange.Address(origin.host) == nil ? HostAndPort.withoutFinalDot(origin.host) : nil
                try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name), position: .first)
                let bound = NIOLoopBound(handler, eventLoop: eventLoop)
                let text = "no TLS handshake with \(origin.host):\(origin.port) within \(origin.connectTimeout)"
                eventLoop.scheduleTask(deadline: deadline) { bound.value.setUpIsOverdue(text) }
            }
        } catch {
            handler.connectFailed(.insecure("cannot set up TLS to \(origin.host):\(origin.port): \(error)"))
            channel.close(promise: nil)
            return
        }
        guard channel.isActive else {
            handler.connectFailed(.refused("connection closed while it was being set up"))
            return
        }
        channel.setOption(.autoRead, value: true).whenFailure { _ in channel.close(promise: nil) }
    }

    static func failure(_ error: any Error, at place: String, _ origin: UpstreamOrigin) -> UpstreamError {
        if case ChannelError.connectTimeout = error {
            return .refused("no connection to \(place) within \(origin.connectTimeout)")
        }
        let errors = (error as? NIOConnectionError)?.connectionErrors.map { $0.error as any Error } ?? [error]
        return failure(errors.map { ($0 as? IOError)?.errnoCode }, at: place)
    }

    /// The failure to connect to each address of a place, by the system's numbers; nil: it has none.
    static func failure(_ numbers: [CInt?], at place: String) -> UpstreamError {
        // Of several addresses the first speaks for all, but it is this machine's fault only if every one failed of it:
        // without IPv6 the first address of `localhost` is one that cannot even be tried.
        let number = numbers.first { !($0.map(isOurs) ?? false) } ?? numbers.first ?? nil
        let sentence = "cannot connect to \(place): \(reason(number))"
        return number.map(isOurs) ?? false ? .ours(sentence) : .refused(sentence)
    }

    /// Whether this machine lacks something.
    private static func isOurs(_ number: CInt) -> Bool {
        switch number {
        case EMFILE, ENFILE, ENOMEM, ENOBUFS, EADDRNOTAVAIL: true
        default: false
        }
    }

    private static func reason(_ number: CInt?) -> String {
        switch number {
        case nil: "connection failed"
        case ECONNREFUSED: "connection refused"
        case EHOSTUNREACH, ENETUNREACH: "no route to host"
        case ETIMEDOUT: "timed out"
        case EMFILE, ENFILE: "too many open files here; raise the limit (ulimit -n)"
        case ENOMEM, ENOBUFS: "out of memory here"
        case EADDRNOTAVAIL: "no local port is left here"
        case .some(let number): "connection failed (errno \(number))"
        }
    }
}
