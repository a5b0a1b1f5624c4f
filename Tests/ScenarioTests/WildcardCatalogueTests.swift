import Balancer
import Config
import Testing

@testable import CLI

/// The names that an instance's tags have by the patterns of `model_list`, without a socket.
@Suite struct WildcardCatalogueTests {
    private static func catalogue(_ entries: [(name: String, model: String)]) throws -> WildcardCatalogue {
        let list = entries.map {
            "  - {model_name: \"\($0.name)\", litellm_params: {model: \"\($0.model)\", api_base: 'http://gpu-1:11434'}}\n"
        }
        let loaded = Loader.load(text: "model_list:\n\(list.joined())", name: "c.yaml", environment: [:])
        try #require(loaded.faults.isEmpty, "\(loaded.faults)")
        let assembly = try Assembly(loaded.configuration, version: "0", environment: [:])
        return WildcardCatalogue(loaded.configuration, assembly.routes)
    }

    private static func names(_ entries: [(name: String, model: String)], _ tags: [String]) throws -> [String] {
        let tags = tags.map { KnownTag(name: $0, digest: "", size: 0, isRemote: false) }
        return try catalogue(entries).names(of: tags, on: 0).map { "\($0.name) = \($0.tag)" }
    }

    private static let tags = ["llama3.1:8b", "llama3.1:70b", "phi3:latest", "hf.co/x/y-gguf:q4"]

    @Test(arguments: [
        (
            "ollama/*", "ollama/*",
            [
                "ollama/llama3.1:8b = llama3.1:8b", "ollama/llama3.1:70b = llama3.1:70b",
                "ollama/phi3:latest = phi3:latest", "ollama/hf.co/x/y-gguf:q4 = hf.co/x/y-gguf:q4",
            ]
        ),
        ("*", "ollama/llama*", []),
        ("llama*", "ollama/llama*", ["llama3.1:8b = llama3.1:8b", "llama3.1:70b = llama3.1:70b"]),
        ("big-*", "ollama/*:70b", ["big-llama3.1 = llama3.1:70b"]),
        ("*-at-home", "ollama/phi3:*", ["latest-at-home = phi3:latest"]),
        ("*3.1*", "ollama/*", ["llama3.1:8b = llama3.1:8b", "llama3.1:70b = llama3.1:70b"]),
    ])
    func `a tag has the name by which a request for it would be filled`(name: String, model: String, names: [String])
        throws
    {
        if name == "*" {
            // Each star is filled: every name of llama's beginning, without it.
            #expect(try Self.names([(name, model)], Self.tags) == ["3.1:8b = llama3.1:8b", "3.1:70b = llama3.1:70b"])
        } else {
            #expect(try Self.names([(name, model)], Self.tags) == names)
        }
    }

    @Test func `of two patterns the one that says more has the name`() throws {
        let names = try Self.names([("*", "ollama/*"), ("phi*", "ollama/phi*"), ("hf.co/*", "openai/*")], Self.tags)
        #expect(names == ["llama3.1:8b = llama3.1:8b", "llama3.1:70b = llama3.1:70b", "phi3:latest = phi3:latest"])
    }

    @Test func `sums are kept by so many names and no more`() {
        let known = KnownNames(most: 2)
        #expect(known.admits("a") && known.admits("b") && !known.admits("c") && known.admits("a") && !known.admits("c"))
    }
}
