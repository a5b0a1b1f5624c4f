import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The sockets that a supervisor hands to a process that it starts, by systemd's protocol: `LISTEN_FDS` of them from descriptor 3
/// on, meant for the process `LISTEN_PID`.
///
/// They are the supervisor's: connections wait there while one process ends and the next one starts.
enum InheritedSockets {
    /// Systemd's `SD_LISTEN_FDS_START`.
    private static let first: Int32 = 3

    /// Takes them over, so that no process that this one starts has them; none is the usual case.
    ///
    /// - Throws: a sentence about one that is no socket that listens.
    static func take() throws -> [Int32] {
        let found = descriptors(in: EnvironmentVariables.all, process: getpid())
        for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) }
        for descriptor in found {
            guard listens(descriptor) else {
                throw SetupFault("LISTEN_FDS hands over descriptor \(descriptor), which is no TCP socket that listens")
            }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
        return found
    }

    /// Those that the variables name for this process.
    static func descriptors(in environment: [String: String], process: Int32) -> [Int32] {
        guard environment["LISTEN_PID"].flatMap({ Int32($0) }) == process,
            let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), (1...64).contains(count)
        else { return [] }
        return Array(first..<first + count)
    }

    /// The address of the first that others than this machine can reach, else of any; nil without sockets.
    static func host(of sockets: [Int32]) -> String? {
        let hosts = sockets.map { (try? SocketAddress(boundTo: $0))?.ipAddress ?? "0.0.0.0" }
        return hosts.first { !$0.hasPrefix("127.") && $0 != "::1" } ?? hosts.first
    }

    private static func listens(_ descriptor: Int32) -> Bool {
        var (answer, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &answer, &length) == 0 && answer != 0
    }
}

extension SocketAddress {
    /// The address of a socket of this process.
    fileprivate init(boundTo descriptor: Int32) throws {
        var (storage, length) = (sockaddr_storage(), socklen_t(MemoryLayout<sockaddr_storage>.size))
        let status = withUnsafeMutableBytes(of: &storage) {
            getsockname(descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
        }
        guard status == 0 else { throw IOError(errnoCode: errno, reason: "getsockname") }
        switch Int32(storage.ss_family) {
        case AF_INET:
            self.init(withUnsafeBytes(of: &storage) { $0.loadUnaligned(as: sockaddr_in.self) })
        case AF_INET6:
            self.init(withUnsafeBytes(of: &storage) { $0.loadUnaligned(as: sockaddr_in6.self) })
        default: throw SocketAddressError.unsupported
        }
    }
}
