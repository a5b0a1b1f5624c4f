import NIOCore
import NIOPosix

/// Answers for a name that has been looked up, so that NIO tries its addresses one beside the other.
struct KnownAddresses: Resolver {
    let addresses: [ResolvedAddress]
    let eventLoop: any EventLoop

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { addresses(six: false, port) }
    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { addresses(six: true, port) }
    func cancelQueries() {}

    private func addresses(six: Bool, _ port: Int) -> EventLoopFuture<[SocketAddress]> {
        eventLoop.makeSucceededFuture(
            addresses.filter { $0.isSix == six }.compactMap { $0.socketAddress(port: port) })
    }
}
