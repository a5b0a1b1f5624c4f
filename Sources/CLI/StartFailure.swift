import ArgumentParser
import NIOCore
import Server
import Upstream

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why the gateway did not start, in words that help.
enum StartFailure {
    static func describe(_ error: any Error, host: String, port: Int) -> any Error {
        switch error {
        case let fault as SetupFault: return complain(fault.description)
        case let fault as UpstreamSettingsError: return complain(fault.reason)
        case let fault as CertificateFault: return complain(fault.description)
        case is SocketAddressError.UnknownHost:
            return complain("\(host) has no address here: pass --host an address of this machine")
        default: break
        }
        guard let error = error as? IOError else { return error }
        switch error.errnoCode {
        case EADDRINUSE:
            Terminal.complain(
                "port \(port) is taken: stop what listens there, or pass another --port (0 picks a free one)")
        case EACCES: Terminal.complain("port \(port) may not be bound by this user: take one above 1023")
        case EADDRNOTAVAIL: Terminal.complain("\(host) is no address of this machine")
        default: Terminal.complain("cannot listen on \(host):\(port): \(error)")
        }
        return ExitCode(1)
    }

    private static func complain(_ text: String) -> any Error {
        Terminal.complain(text)
        return ExitCode(1)
    }
}
