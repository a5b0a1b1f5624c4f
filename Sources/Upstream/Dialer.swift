import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// Brings one connection to an origin up: TCP, then CONNECT if there is a proxy, then TLS; all within `connectTimeout`.
///
/// Host names are resolved anew for every connection. NIO calls `getaddrinfo` on a dispatch queue that each loop has
/// for it, never on the loop itself, and counts it as part of connecting; look-ups of one loop wait for each other.
struct Dialer: Sendable {
    let origin: UpstreamOrigin
    /// Nil without TLS.
    let tls: NIOSSLContext?
    let eventLoop: any EventLoop

    /// Puts `handler` on the connection that won (a host name may have several addresses), or tells it why there is none.
    func dial(for handler: UpstreamChannel) {
        let bound = NIOLoopBound(handler, eventLoop: eventLoop)
        let deadline = NIODeadline.now() + TimeAmount(origin.connectTimeout)
        connect().whenComplete { result in
            switch result {
            case .failure(let error): bound.value.connectFailed(.refused(describe(error)))
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

    private func connect() -> EventLoopFuture<any Channel> {
        let host = origin.proxy?.host ?? origin.host
        let port = origin.proxy?.port ?? origin.port
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(origin.connectTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // Not a byte may be read before there is somebody to read it.
            .channelOption(.autoRead, value: false)
        if let address = try? SocketAddress(ipAddress: host, port: port) { return bootstrap.connect(to: address) }
        return bootstrap.connect(host: host, port: port)
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

    private func describe(_ error: any Error) -> String {
        let place = origin.proxy.map { "the proxy \($0.host):\($0.port)" } ?? "\(origin.host):\(origin.port)"
        switch error {
        case ChannelError.connectTimeout: return "no connection to \(place) within \(origin.connectTimeout)"
        case let failure as NIOConnectionError:
            if failure.connectionErrors.isEmpty { return "the host name of \(place) is unknown" }
            let first = failure.connectionErrors.first.map { Self.reason($0.error) } ?? "refused"
            return "cannot connect to \(place): \(first)"
        default: return "cannot connect to \(place): \(Self.reason(error))"
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "connection failed" }
        switch error.errnoCode {
        case ECONNREFUSED: return "connection refused"
        case EHOSTUNREACH, ENETUNREACH: return "no route to host"
        case ETIMEDOUT: return "timed out"
        case EMFILE, ENFILE: return "too many open files here; raise the limit (ulimit -n)"
        default: return "connection failed (errno \(error.errnoCode))"
        }
    }
}
