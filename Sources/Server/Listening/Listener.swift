import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The sockets at which the port is open: bound here, or handed over by who has started the process.
struct Listener {
    /// Where connections come from.
    enum Place {
        /// An address. One that is shared may be bound by another process too, and new connections go to the one that came last.
        case address(host: String, port: Int, isShared: Bool)
        /// A socket that listens already.
        case socket(CInt)
    }

    private static let backlog: CInt = 4096

    private let group: any EventLoopGroup
    private var channels: [any Channel] = []

    /// Opens all places, or none.
    ///
    /// - Parameters:
    ///   - setUp: is given every connection, on its loop, before anything is read of it.
    ///   - shortage: called where a connection cannot be accepted for want of a descriptor or memory, on the accepting loop.
    init(
        _ places: [Place], on group: any EventLoopGroup,
        setUp: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>,
        shortage: @escaping @Sendable (_ reason: String) -> Void
    ) async throws {
        self.group = group
        do {
            for place in places { channels.append(try await Self.open(place, group, setUp, shortage)) }
        } catch {
            await close()
            throw error
        }
    }

    /// The port of the first place; nil where it has none.
    var port: Int? { channels.first?.localAddress?.port }

    /// Accepts no more.
    ///
    /// First it stops and then it closes: a connection that was accepted and is not set up when its door closes would be lost.
    /// Returns when all that were accepted are there.
    func close() async {
        for channel in channels { try? await AcceptPause.stop(channel).get() }
        await passOnce()
        for channel in channels { try? await channel.close() }
        await passOnce()
    }

    /// Returns when what every loop had to do is done, and what followed from it on another.
    private func passOnce() async {
        for _ in 0..<2 { for loop in group.makeIterator() { try? await loop.submit {}.get() } }
    }

    private static func open(
        _ place: Place, _ group: any EventLoopGroup,
        _ setUp: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>,
        _ shortage: @escaping @Sendable (String) -> Void
    ) async throws -> any Channel {
        var bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause(shortage))
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer(setUp)
        switch place {
        case .socket(let descriptor): return try await bootstrap.withBoundSocket(descriptor).get()
        case .address(let host, let port, let isShared):
            if isShared {
                let reuse = NIOBSDSocket.Option(rawValue: SO_REUSEPORT)
                bootstrap = bootstrap.serverChannelOption(.socketOption(reuse), value: 1)
            }
            let channel = try await bootstrap.bind(host: host, port: port).get()
            if isShared { await preferLast(channel) }
            return channel
        }
    }

    /// Has the system give new connections to the socket that was bound last, as long as there are two: the process that ends
    /// would else be given connections until the moment in which it closes, and lose those that it has not accepted.
    ///
    /// Where the system cannot, it spreads them over all.
    private static func preferLast(_ channel: any Channel) async {
        #if os(Linux)
            guard let socket = channel as? any SocketOptionProvider else { return }
            try? await channel.eventLoop.flatSubmit {
                // "The second of those that are bound": a classic filter of one instruction. One that names none is passed over.
                let filter = UnsafeMutablePointer<Instruction>.allocate(capacity: 1)
                filter.initialize(to: Instruction())
                let address = UInt(bitPattern: filter)
                return socket.unsafeSetSocketOption(
                    level: .socket, name: attachFilter, value: Program(filter: address)
                ).always { _ in UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
            }.get()
        #endif
    }
}

#if os(Linux)
    /// `SO_ATTACH_REUSEPORT_CBPF`.
    private let attachFilter = NIOBSDSocket.Option(rawValue: 51)

    /// `struct sock_filter`: return 1.
    private struct Instruction {
        var code: UInt16 = 0x06
        var jumps: UInt16 = 0
        var constant: UInt32 = 1
    }

    /// `struct sock_fprog`.
    private struct Program: Sendable {
        var length: UInt16 = 1
        var filter: UInt
    }
#endif
