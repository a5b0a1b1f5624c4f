import Foundation
import Testing

/// The built program as a process of its own, its standard error read line by line.
final class Program: Sendable {
    struct Ended: Error {}

    /// Beside the tests' own bundle.
    private static let executable = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "drover")

    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: executable.path) }

    private let process = Process()
    private let errors = Pipe()
    private let standard = Pipe()
    private let ended: AsyncStream<Int32>

    /// - Parameters:
    ///   - environment: all of it, beside what every process has.
    ///   - folder: where it runs; nil: where the tests do.
    init(_ arguments: [String], environment: [String: String] = [:], in folder: String? = nil) throws {
        let (ended, end) = AsyncStream.makeStream(of: Int32.self)
        self.ended = ended
        process.executableURL = Self.executable
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"].merging(environment) { $1 }
        process.standardOutput = standard
        process.standardError = errors
        process.terminationHandler = {
            end.yield($0.terminationReason == .exit ? $0.terminationStatus : -$0.terminationStatus)
            end.finish()
        }
        try process.run()
    }

    deinit { if process.isRunning { process.terminate() } }

    func terminate() { process.terminate() }

    /// Sends a signal to it.
    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// As the system knows it.
    var identifier: pid_t { process.processIdentifier }

    /// What it ended with; negative: the signal that ended it.
    func exitStatus() async throws -> Int32 {
        for await status in ended { return status }
        throw Ended()
    }

    /// The next line of its standard error.
    func line() async throws -> String { try Self.line(of: errors) }

    /// The next line of its standard output.
    func outputLine() async throws -> String { try Self.line(of: standard) }

    private static func line(of pipe: Pipe) throws -> String {
        try Task.checkCancellation()
        var line = ""
        while let byte = try pipe.fileHandleForReading.read(upToCount: 1)?.first {
            if byte == 0x0a { return line }
            line.unicodeScalars.append(Unicode.Scalar(byte))
        }
        throw Ended()
    }

    /// All lines of its standard error, to its end.
    func lines() async throws -> [String] {
        var lines: [String] = []
        while let next = try? await line() { lines.append(next) }
        return lines
    }

    /// All of its standard output, once it has ended.
    func output() -> String { String(decoding: standard.fileHandleForReading.availableData, as: UTF8.self) }

    /// Waits for the line that says where it listens.
    func listeningPort(host: String, scheme: String = "http") async throws -> Int {
        let start = "listening on \(scheme)://\(host):"
        while true {
            let next = try await line()
            if next.hasPrefix(start) { return try #require(Int(next.dropFirst(start.count))) }
        }
    }
}

/// A file with that text, gone with this object.
final class TemporaryFile: Sendable {
    let path: String

    init(_ text: String) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "drover-\(UUID().uuidString)").path
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
