import Glibc

/// A `StoreProbe` that settles requests, and what it has said.
final class ProbeProcess {
    private let id: pid_t
    private let output: UnsafeMutablePointer<FILE>
    private(set) var said: [(count: Int64, nanoseconds: Int64)] = []

    /// Beside the program of the tests.
    private static let program: String = {
        var path = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        let own = String(decoding: path.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/StoreProbe"
    }()

    init(book: String, run: String, rate: Int) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure.start(errno) }
        // Another child that is started meanwhile must not hold this one's output open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let texts = [Self.program, "write", book, run, "\(rate)"]
        var words: [UnsafeMutablePointer<CChar>?] = texts.map { $0.withCString { strdup($0) } } + [nil]
        defer { for word in words { free(word) } }
        var started = pid_t()
        let failed = posix_spawn(&started, Self.program, &actions, nil, &words, environ)
        close(ends[1])
        guard failed == 0, let file = fdopen(ends[0], "r") else { throw Failure.start(failed) }
        (id, output) = (started, file)
    }

    deinit { fclose(output) }

    enum Failure: Error {
        case start(Int32)
        /// It ended before it was killed.
        case ended(status: Int32)
    }

    /// Whether it has said something more.
    private func hear() -> Bool {
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), output) != nil else { return false }
        let words = String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: " ").compactMap { Int64($0) }
        if words.count == 2 { said.append((words[0], words[1])) }
        return true
    }

    /// Lets it work until so long after its first word, then kills it.
    /// - Returns: When it was killed, by the clock of its words.
    func kill(after nanoseconds: Int64) throws -> Int64 {
        while hear() {
            guard let first = said.first, let last = said.last, last.nanoseconds - first.nanoseconds >= nanoseconds
            else { continue }
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            Glibc.kill(id, SIGKILL)
            while hear() {}
            _ = end()
            return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
        }
        throw Failure.ended(status: end())
    }

    private func end() -> Int32 {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
