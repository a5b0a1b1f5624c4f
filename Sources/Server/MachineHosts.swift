import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// By which name and addresses this machine is known.
struct MachineHosts: Sendable {
    /// In lower case; empty: it has none.
    let name: String
    let addresses: Set<HostAddress>

    /// As given.
    init(name: String, addresses: Set<HostAddress>) {
        self.name = name.lowercased()
        self.addresses = addresses
    }

    /// Those of the system now.
    static func ofTheSystem() -> MachineHosts {
        var buffer = [CChar](repeating: 0, count: 256)
        let isNamed = gethostname(&buffer, buffer.count - 1) == 0
        let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let devices = (try? System.enumerateDevices()) ?? []
        return MachineHosts(
            name: isNamed ? name : "",
            addresses: Set(devices.compactMap { $0.address?.ipAddress.flatMap { HostAddress($0) } }))
    }
}
