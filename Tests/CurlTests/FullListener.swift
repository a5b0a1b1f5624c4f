import Glibc

/// A socket on the loopback that listens and takes no connection: its queue is full, so that the system lets whoever knocks
/// wait, as a host without power does.
struct FullListener {
    let port: UInt16
    private let sockets: [Int32]

    struct Fault: Error { let number: Int32 }

    init() throws {
        let listener = try Self.socket()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 0) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard isBound else { throw Fault(number: errno) }
        port = UInt16(bigEndian: address.sin_port)
        // A queue of none has room for one; the others make sure of it, and are not waited for.
        let fillers = try (0..<3).map { _ in try Self.socket() }
        for filler in fillers {
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = connect(filler, $0, size) }
            }
        }
        sockets = [listener] + fillers
    }

    func close() { for socket in sockets { Glibc.close(socket) } }

    private static func socket() throws -> Int32 {
        let made = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard made >= 0 else { throw Fault(number: errno) }
        return made
    }
}
