#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension NameFinding {
    /// Asks the system, which may take as long as its name servers do.
    static func ofTheSystem(_ host: String) -> NameFinding {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_family = AF_UNSPEC
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0 else { return ofFailure(code, systemError: errno) }
        var found: [ResolvedAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let text = text(entry), !found.contains(ResolvedAddress(text: text)) {
                found.append(ResolvedAddress(text: text))
            }
            next = entry.ai_next
        }
        return found.isEmpty ? .unknown : .found(found)
    }

    /// The meaning of an error of `getaddrinfo`: whether it says that there is no such name, or nothing about it.
    static func ofFailure(_ code: Int32, systemError: Int32) -> NameFinding {
        // -5 is EAI_NODATA, which not every system names: a name without an address.
        code == EAI_NONAME || code == -5 ? .unknown : .noAnswer(reason(code, systemError))
    }

    private static func text(_ entry: addrinfo) -> String? {
        var buffer = [CChar](repeating: 0, count: 64)
        let code = getnameinfo(
            entry.ai_addr, entry.ai_addrlen, &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
        guard code == 0 else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func reason(_ code: Int32, _ systemError: Int32) -> String {
        switch code {
        case EAI_AGAIN: "no name server answers"
        case EAI_SYSTEM: "looking names up fails here: \(String(cString: strerror(systemError)).lowercased())"
        default: "looking names up fails here: \(String(cString: gai_strerror(code)).lowercased())"
        }
    }
}
