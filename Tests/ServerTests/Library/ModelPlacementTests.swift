import Testing

@testable import Server

/// Which boxes should have a model.
@Suite struct ModelPlacementTests {
    private typealias Target = ModelPlacement.Target

    /// `llama3` with one tag on two boxes, `mixed` with two tags, `cloud` on none; a third box with nothing.
    private static let pool = {
        var placement = ModelPlacement(boxes: ["a", "b", "c"])
        placement.add(model: "llama3", tag: "llama3.1:8b", box: "a")
        placement.add(model: "llama3", tag: "Llama3.1:8b", box: "b")
        placement.add(model: "mixed", tag: "qwen3:8b", box: "a")
        placement.add(model: "mixed", tag: "qwen3:14b", box: "c")
        placement.add(model: "cloud", tag: "gpt-4o", box: nil)
        placement.add(alias: "fast", of: "llama3")
        return placement
    }()

    private static func targets(
        _ name: String, on boxes: [String]? = nil, _ change: (inout ModelPlacement) -> Void = { _ in }
    ) throws(ModelPlacement.Fault) -> [String] {
        var pool = pool
        change(&pool)
        return try pool.targets(of: name, on: boxes).map { "\($0.box) \($0.tag)" }
    }

    @Test(arguments: ["llama3", "llama3:latest", "fast", "llama3.1:8b", "library/llama3.1:8b"])
    func `a name, an alias and a tag stand for the boxes of the deployments`(name: String) throws {
        let found = try Self.targets(name)
        #expect(found == ["a llama3.1:8b", "b llama3.1:8b"])
    }

    @Test func `a name that a pattern serves stands for its tag on the pattern's boxes`() throws {
        func wild(_ pool: inout ModelPlacement) {
            pool.add(pattern: "ollama/*", tag: "*", box: "a")
            pool.add(pattern: "ollama/*", tag: "*", box: "c")
            pool.add(pattern: "ollama/q*", tag: "q*", box: "b")
            pool.add(alias: "small", of: "ollama/phi3")
        }
        #expect(try Self.targets("ollama/phi3:mini", wild) == ["a phi3:mini", "c phi3:mini"])
        #expect(try Self.targets("small", wild) == ["a phi3", "c phi3"])
        #expect(try Self.targets("ollama/qwen3", wild) == ["b qwen3"])
        #expect(try Self.targets("phi3", wild) == ["a phi3", "b phi3", "c phi3"])
        #expect(try Self.targets("llama3", wild) == ["a llama3.1:8b", "b llama3.1:8b"])
    }

    @Test func `each box pulls the tag of its own deployment`() throws {
        #expect(try Self.targets("mixed") == ["a qwen3:8b", "c qwen3:14b"])
        #expect(try Self.targets("mixed", on: ["c"]) == ["c qwen3:14b"])
        #expect(throws: ModelPlacement.Fault.ambiguous("mixed", tags: ["qwen3:8b", "qwen3:14b"])) {
            try Self.targets("mixed", on: ["b"])
        }
    }

    @Test func `a model that nobody serves goes to every box`() throws {
        #expect(try Self.targets("phi3") == ["a phi3", "b phi3", "c phi3"])
    }

    @Test(arguments: ["llama3", "fast", "llama3.1:8b"])
    func `a line of the placement wins over the deployments, by name, alias and tag`(line: String) throws {
        for name in ["llama3", "fast", "llama3.1:8b"] {
            let found = try Self.targets(name) { $0.add(line: line, boxes: ["c", "a"]) }
            #expect(found == ["c llama3.1:8b", "a llama3.1:8b"], "\(name) by \(line)")
        }
        #expect(try Self.targets("phi3") { $0.add(line: "phi3:latest", boxes: ["b"]) } == ["b phi3"])
    }

    @Test func `the boxes of the request win over all, and must be there`() throws {
        #expect(try Self.targets("llama3", on: ["c"]) { $0.add(line: "llama3", boxes: ["a"]) } == ["c llama3.1:8b"])
        let fault = ModelPlacement.Fault.unknownBoxes(["d"], known: ["a", "b", "c"])
        #expect(throws: fault) { try Self.targets("phi3", on: ["a", "d"]) }
        #expect(fault.message == "no box is named `d`; there are `a`, `b`, `c`")
    }

    @Test func `a model that no box serves, and a pool without boxes, are refused`() {
        #expect(throws: ModelPlacement.Fault.onNoBox("cloud")) { try Self.targets("cloud") }
        #expect(throws: ModelPlacement.Fault.noBoxes) { try ModelPlacement(boxes: []).targets(of: "x") }
    }

    @Test func `a model may lie on every box, and one of several tags where its deployments are`() throws {
        func holders(_ name: String, on boxes: [String]? = nil) throws(ModelPlacement.Fault) -> [String] {
            try Self.pool.holders(of: name, on: boxes).map { "\($0.box) \($0.tag)" }
        }
        #expect(try holders("llama3") == ["a llama3.1:8b", "b llama3.1:8b", "c llama3.1:8b"])
        #expect(try holders("phi3", on: ["b"]) == ["b phi3"])
        #expect(try holders("mixed") == ["a qwen3:8b", "c qwen3:14b"])
        #expect(try holders("mixed", on: ["b", "c"]) == ["c qwen3:14b"])
        #expect(throws: ModelPlacement.Fault.onNoBox("cloud")) { try holders("cloud") }
        #expect(throws: ModelPlacement.Fault.unknownBoxes(["d"], known: ["a", "b", "c"])) {
            try holders("x", on: ["d"])
        }
    }

    @Test func `what is expected follows the same rules`() {
        var pool = Self.pool
        pool.add(line: "fast", boxes: ["c"])
        pool.add(line: "phi3", boxes: ["a", "b"])
        let expected = pool.expected
        #expect(expected.map(\.tag) == ["llama3.1:8b", "qwen3:8b", "qwen3:14b", "phi3:latest"])
        #expect(expected.map(\.boxes) == [["c"], ["a"], ["c"], ["a", "b"]])
    }
}
