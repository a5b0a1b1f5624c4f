#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The process's environment variables.
enum EnvironmentVariables {
    /// All of them; later duplicates win.
    static let all: [String: String] = {
        var found: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                found[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return found
    }()
}

/// The limits that the machine sets for this process.
enum OpenFiles {
    static var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// How many descriptors this process may have.
    static var limit: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }

    /// Two sockets a stream: the soft limit of 1,024 is not enough for a gateway, and raising it is free.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// The memory that this process may have: the machine's, or its control group's where that is less.
enum MachineMemory {
    static var limit: Int {
        let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
        let machine = pages > 0 && size > 0 ? Int(pages) * Int(size) : 1 << 30
        return groups.compactMap { limit(at: $0) }.reduce(machine, min)
    }

    /// Where a limit may stand: that of the process's own group and of those around it, and that of a container.
    private static var groups: [String] {
        var found = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        let line = (read("/proc/self/cgroup") ?? "").split(separator: "\n").first { $0.hasPrefix("0::/") }
        var path = String(line?.dropFirst(3) ?? "")
        while path.count > 1 {
            found.append("/sys/fs/cgroup\(path)/memory.max")
            path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        }
        return found
    }

    /// `max` is none.
    private static func limit(at path: String) -> Int? {
        read(path).flatMap { Int($0.prefix { $0.isNumber }) }.flatMap { $0 > 0 ? $0 : nil }
    }

    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = system_read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}

private let system_read = read
