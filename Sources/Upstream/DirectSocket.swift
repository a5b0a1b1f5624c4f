public import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `send(2)` on a channel's own descriptor, past NIO's queue of pending writes: about a microsecond less per write.
///
/// Only for a plain TCP channel, on its event loop, and only while nothing is queued inside NIO: else bytes overtake
/// each other. Bytes that the socket does not take at once go through NIO as ever.
public struct DirectSocket {
    private let descriptor: CInt
    private let channel: any Channel

    /// Nil for a channel without a BSD socket.
    public init?(_ context: ChannelHandlerContext) {
        let handle = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
        guard let handle else { return nil }
        descriptor = handle
        channel = context.channel
    }

    /// Bytes that were sent and that the other side has not taken; 0 where the system does not say.
    public var unsent: Int {
        guard channel.isActive else { return 0 }
        var count: CInt = 0
        return ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
    }

    /// Sends what the socket takes now and moves the reader index past it; true when that was all.
    ///
    /// An error sends nothing: NIO's own write, which follows, meets it again and closes the channel.
    @inline(__always)
    public func send(_ bytes: inout ByteBuffer) -> Bool {
        #if canImport(Darwin)
            let flags: CInt = MSG_DONTWAIT
        #else
            let flags = CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL)
        #endif
        // A closed channel's descriptor may be somebody else's by now.
        guard channel.isActive else { return false }
        let descriptor = self.descriptor
        let sent = bytes.withUnsafeReadableBytes { system_send(descriptor, $0.baseAddress, $0.count, flags) }
        if sent > 0 { bytes.moveReaderIndex(forwardBy: sent) }
        return bytes.readableBytes == 0
    }
}

private let system_send = send
