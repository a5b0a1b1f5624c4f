import FoundationEssentials
import Testing

@testable import Config

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite struct ConfigFileTests {
    private static let yaml = "model_list: [{model_name: m, litellm_params: {model: ollama/x}}]\n"

    /// A pipe with that text in it and nothing behind it.
    private static func withPipe<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        var bytes = Array(text.utf8)
        try #require(write(ends[1], &bytes, bytes.count) == bytes.count)
        close(ends[1])
        defer { close(ends[0]) }
        return try body("/dev/fd/\(ends[0])")
    }

    /// Files in a folder of their own, whose path comes with its slash.
    private static func withFiles(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drover-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        try body(folder.path + "/")
    }

    @Test func `a pipe is read to its end`() throws {
        let loaded = try Self.withPipe(Self.yaml) { Loader.load(path: $0, environment: [:]) }
        #expect(loaded.faults.isEmpty)
        #expect(loaded.configuration.models.map(\.name) == ["m"])
    }

    @Test func `what a pipe's text includes is looked for in the working directory`() throws {
        let loaded = try Self.withPipe("include: [no-such.yaml]\n") { Loader.load(path: $0, environment: [:]) }
        #expect(loaded.faults.map(\.message) == ["cannot read no-such.yaml: there is no such file"])
        #expect(["-", "/dev/stdin", "/dev/fd/63", "/proc/self/fd/0"].allSatisfy(ConfigFile.isStream))
        #expect(!ConfigFile.isStream("/dev/stdin.yaml") && !ConfigFile.isStream("a.yaml"))
    }

    @Test(arguments: [
        ("/", "cannot read /: it is a directory; name the file in it"),
        ("/no/such.yaml", "cannot read /no/such.yaml: there is no such file"),
        ("/dev/null/x.yaml", "cannot read /dev/null/x.yaml: a part of its path is no directory"),
        ("/dev/zero", "cannot read /dev/zero: it has over 16 MiB, which is no configuration"),
    ])
    func `what cannot be read says why`(path: String, sentence: String) {
        #expect(Loader.load(path: path, environment: [:]).faults.map(\.description) == [sentence])
    }

    @Test func `an empty file is a configuration without models`() {
        let loaded = Loader.load(path: "/dev/null", environment: [:])
        #expect(loaded.faults.isEmpty && loaded.warnings.count == 1)
        #expect(loaded.blankFiles == ["/dev/null"])
    }

    @Test(arguments: ["", "\n", "# models: later\n", "---\n", "~\n"])
    func `a file that has become empty is being written, and a fault, its includes too`(text: String) throws {
        try Self.withFiles(["main.yaml": text, "outer.yaml": "include: [main.yaml]\n"]) { folder in
            for file in ["main.yaml", "outer.yaml"] {
                let first = Loader.load(path: folder + file, environment: [:])
                #expect(first.faults.isEmpty && first.blankFiles == [folder + "main.yaml"])
                let again = Loader.loadAgain(path: folder + file, environment: [:])
                #expect(
                    again.faults.map(\.description) == [
                        "\(folder)main.yaml:1:1: the file has become empty; write {} where nothing is meant"
                    ])
                // Who began with an empty file has the models of the store alone.
                let still = Loader.loadAgain(path: folder + file, environment: [:], blank: first.blankFiles)
                #expect(still.faults.isEmpty)
            }
        }
    }

    @Test func `who means nothing writes so`() throws {
        try Self.withFiles(["main.yaml": "{}\n"]) { folder in
            let again = Loader.loadAgain(path: folder + "main.yaml", environment: [:])
            #expect(again.faults.isEmpty && again.blankFiles.isEmpty)
        }
    }
}
