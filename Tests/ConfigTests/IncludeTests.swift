import Config
import FoundationEssentials
import Testing

@Suite struct IncludeTests {
    /// Writes the files into a folder of their own, loads the first, and takes the folder's name out of all messages.
    private func load(_ files: [(name: String, text: String)]) throws -> (Loaded, [String]) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drover-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for file in files { try Data(file.text.utf8).write(to: folder.appending(path: file.name)) }
        let path = folder.path
        let loaded = Loader.load(path: "\(path)/\(files[0].name)", environment: [:])
        let lines = (loaded.faults + loaded.warnings).map { $0.description.replacing(path + "/", with: "") }
        return (loaded, lines)
    }

    @Test func `lists are appended, sections merged, and the included file wins`() throws {
        let (loaded, lines) = try load([
            (
                "main.yaml",
                """
                include: [more.yaml]
                model_list: [{model_name: a, litellm_params: {model: ollama/a}}]
                router_settings: {num_retries: 1, timeout: 5}
                """
            ),
            (
                "more.yaml",
                """
                model_list: [{model_name: b, litellm_params: {model: ollama/b, weight: x}}]
                router_settings:
                  num_retries: 9
                  routing_strategy: least-busy
                """
            ),
        ])
        #expect(loaded.configuration.models.map(\.name) == ["a", "b"])
        #expect(loaded.configuration.routerSettings.numRetries == 9)
        #expect(loaded.configuration.routerSettings.timeout == .seconds(5))
        #expect(loaded.configuration.routerSettings.routingStrategy == .leastBusy)
        #expect(
            lines == [
                "more.yaml:1:72: model_list[1].litellm_params.weight: expects a number, found \"x\"",
                "main.yaml:3:19: router_settings.num_retries: more.yaml:3:3 sets it too and wins",
            ])
    }

    @Test func `faults stand in the order of the files, the main one first`() throws {
        let (_, lines) = try load([
            ("main.yaml", "include: [a.yaml, nope.yaml, 3, [x]]\nrouter_settings: {timeout: soon}"),
            ("a.yaml", "drover: {queue: {max_waiting: x}}\nb: ["),
            ("3", "litellm_settings: {num_retries: x}"),
        ])
        #expect(
            lines == [
                "main.yaml:1:19: include: cannot read nope.yaml: there is no such file",
                "main.yaml:1:33: include[3]: expects a file, found a list",
                "main.yaml:2:28: router_settings.timeout: \"soon\" is not a number of seconds",
                "a.yaml:3:1: this is not YAML: did not find expected node content while parsing a flow node "
                    + "that begins in line 3",
                "3:1:33: litellm_settings.num_retries: expects a whole number, found \"x\"",
            ])
    }

    @Test func `a file that includes itself is a fault and no endless loop`() throws {
        let (_, lines) = try load([("a.yaml", "include: [b.yaml]"), ("b.yaml", "include: [./b.yaml]")])
        #expect(lines.map { $0.split(separator: "/").last ?? "" } == ["b.yaml:1:11: include: b.yaml includes itself"])
        let (_, wrong) = try load([("a.yaml", "include: a.yaml")])
        #expect(wrong.first == "a.yaml:1:10: include: expects a list of files, found \"a.yaml\"")
    }
}
