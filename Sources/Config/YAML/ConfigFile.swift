#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The bytes of a configuration, from a file, a pipe or standard input.
enum ConfigFile {
    /// Longer is no configuration; it also ends a file without an end.
    static let maximumLength = 16 << 20

    /// Whether a path names what a shell or a supervisor hands over, and no place beside which other files are.
    static func isStream(_ path: String) -> Bool {
        path == "-" || path == "/dev/stdin" || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
    }

    /// Whether reading it a second time ends: it is a regular file, or is not there.
    static func canBeReadAgain(_ path: String) -> Bool {
        guard path != "-" else { return false }
        var status = stat()
        return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }

    /// Reads to the end; throws the sentence that says why that fails.
    static func read(_ path: String) throws(ConfigFileFault) -> [UInt8] {
        let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ConfigFileFault(path: path, reason: reason(errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = system_read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ConfigFileFault(path: path, reason: reason(errno)) }
            if count == 0 { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= maximumLength else {
                throw ConfigFileFault(path: path, reason: "it has over 16 MiB, which is no configuration")
            }
        }
    }

    private static func reason(_ error: Int32) -> String {
        switch error {
        case ENOENT: "there is no such file"
        case EACCES: "this user may not read it"
        case EISDIR: "it is a directory; name the file in it"
        case ENOTDIR: "a part of its path is no directory"
        default: String(cString: strerror(error))
        }
    }
}

/// Why a configuration cannot be read.
struct ConfigFileFault: Error, Equatable {
    let path: String
    let reason: String

    var sentence: String { "cannot read \(path == "-" ? "standard input" : path): \(reason)" }
}

private let system_read = read
