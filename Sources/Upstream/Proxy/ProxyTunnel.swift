import NIOCore
import NIOExtras
import NIOHTTP1

/// CONNECT through a proxy: makes a connection to the proxy one to the origin, TLS or not.
struct ProxyTunnel {
    let proxy: UpstreamProxy
    let origin: UpstreamOrigin
    let deadline: NIODeadline

    /// Succeeds once the channel leads to the origin and none of the handlers for HTTP is left on it; it reads by then.
    /// Fails with an ``UpstreamError``. Must be called on the channel's loop.
    func open(on channel: any Channel) -> EventLoopFuture<Void> {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let answer = ProxyAnswerHandler()
        let encoder = HTTPRequestEncoder()
        // Nobody speaks first in a tunnel: neither a TLS nor an HTTP server.
        let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes))
        let authority = "\(origin.host.contains(":") ? "[\(origin.host)]" : origin.host):\(origin.port)"
        let connect = NIOHTTP1ProxyConnectHandler(
            targetHost: String(authority.dropLast("\(origin.port)".count + 1)), targetPort: origin.port,
            headers: headers(authority), deadline: deadline, promise: promise)
        let pipeline = channel.pipeline.syncOperations
        do {
            // The handler waits for a connection that is already gone without end.
            guard channel.isActive else { throw ChannelError.ioOnClosedChannel }
            try pipeline.addHandlers([encoder, decoder, answer, connect])
        } catch {
            promise.fail(error)
        }
        channel.setOption(.autoRead, value: true).whenFailure { _ in channel.close(promise: nil) }
        return promise.futureResult.assumeIsolated()
            .flatMap { pipeline.removeHandler(answer) }
            .flatMap { pipeline.removeHandler(encoder) }
            .flatMap { pipeline.removeHandler(decoder) }
            .flatMapErrorThrowing { error in throw UpstreamError.refused(describe(error, answer)) }
            .nonisolated()
    }

    private func headers(_ authority: String) -> HTTPHeaders {
        var headers: HTTPHeaders = ["Host": authority]
        if let credentials = proxy.credentials { headers.add(name: "Proxy-Authorization", value: credentials.basic) }
        return headers
    }

    private func describe(_ error: any Error, _ answer: ProxyAnswerHandler) -> String {
        let place = "the proxy \(proxy.host):\(proxy.port)"
        if answer.isGarbled { return "\(place) did not answer in HTTP/1.1" }
        if let status = answer.status, !(200..<300).contains(status.code) {
            // The phrase of the standard: the proxy's own is anybody's text.
            let phrase = HTTPResponseStatus(statusCode: Int(status.code)).reasonPhrase
            let remedy = status.code == 407 ? "; set user name and password in the proxy's URL" : ""
            return "\(place) answered \(status.code) \(phrase) to CONNECT \(origin.host):\(origin.port)\(remedy)"
        }
        switch error as? NIOHTTP1ProxyConnectHandler.Error {
        case .some(.httpProxyHandshakeTimeout()): return "\(place) did not answer within \(origin.connectTimeout)"
        case .some(.invalidProxyResponse()): return "\(place) answered CONNECT with a body"
        default: return "\(place) closed the connection without an answer"
        }
    }
}
