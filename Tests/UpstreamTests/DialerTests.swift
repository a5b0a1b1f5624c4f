import NIOCore
import Testing

@testable import Upstream

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A failure to connect: whose it is, and in which words.
@Suite struct DialerTests {
    private func connect(_ numbers: CInt?...) -> UpstreamError { Dialer.failure(numbers, at: "box:11434") }

    @Test(arguments: [
        (ECONNREFUSED, "connection refused"), (EHOSTUNREACH, "no route to host"), (ENETUNREACH, "no route to host"),
        (ETIMEDOUT, "timed out"), (EPERM, "connection failed (errno 1)"),
    ])
    func `what the other side or the way there does is refused`(number: CInt, reason: String) {
        #expect(connect(number) == .refused("cannot connect to box:11434: \(reason)"))
    }

    @Test(arguments: [
        (EMFILE, "too many open files here; raise the limit (ulimit -n)"),
        (ENFILE, "too many open files here; raise the limit (ulimit -n)"), (ENOMEM, "out of memory here"),
        (ENOBUFS, "out of memory here"), (EADDRNOTAVAIL, "no local port is left here"),
    ])
    func `what this machine lacks is ours`(number: CInt, reason: String) {
        #expect(connect(number) == .ours("cannot connect to box:11434: \(reason)"))
    }

    @Test func `it is ours only if every address failed of it, and the first other one speaks for all`() {
        #expect(connect(EADDRNOTAVAIL, ECONNREFUSED) == .refused("cannot connect to box:11434: connection refused"))
        #expect(connect(ECONNREFUSED, EADDRNOTAVAIL) == .refused("cannot connect to box:11434: connection refused"))
        #expect(connect(ETIMEDOUT, ECONNREFUSED) == .refused("cannot connect to box:11434: timed out"))
        #expect(
            connect(EMFILE, EADDRNOTAVAIL)
                == .ours("cannot connect to box:11434: " + "too many open files here; raise the limit (ulimit -n)"))
    }

    @Test func `an error without a number is a failed connection of theirs`() {
        #expect(connect(nil) == .refused("cannot connect to box:11434: connection failed"))
        #expect(connect(nil, EMFILE) == .refused("cannot connect to box:11434: connection failed"))
        #expect(connect() == .refused("cannot connect to box:11434: connection failed"))
    }

    @Test func `NIO's errors are told by their numbers, and a time-out by its limit`() {
        let origin = UpstreamOrigin(
            host: "box", port: 11434, usesTLS: false, trust: .system, route: .direct, connectTimeout: .seconds(2))
        #expect(
            Dialer.failure(ChannelError.connectTimeout(.seconds(2)), at: "box:11434", origin)
                == .refused("no connection to box:11434 within 2.0 seconds"))
        #expect(
            Dialer.failure(IOError(errnoCode: EMFILE, reason: "socket"), at: "box:11434", origin)
                == .ours("cannot connect to box:11434: too many open files here; raise the limit (ulimit -n)"))
        #expect(
            Dialer.failure(IOError(errnoCode: ECONNREFUSED, reason: "connect"), at: "box:11434", origin)
                == .refused("cannot connect to box:11434: connection refused"))
    }
}
