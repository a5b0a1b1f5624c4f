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
    }
}
