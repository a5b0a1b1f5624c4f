import Balancer
import Dialects
import TestSupport
import Testing

@testable import Server

/// The models of the boxes as a table.
@Suite struct ModelTableTests {
    private static func placement() -> ModelPlacement {
        var placement = ModelPlacement(boxes: ["a", "b", "c"])
        placement.add(model: "llama3", tag: "llama3.1:8b", box: "a")
        placement.add(model: "llama3", tag: "llama3.1:8b", box: "b")
        return placement
    }

    private static func shelf(
        _ name: String, _ tags: [(String, String)]?, loaded: [String] = []
    ) -> PoolLibrary.Shelf {
        PoolLibrary.Shelf(
            instance: name, state: "ready",
            tags: tags?.map { KnownTag(name: $0.0, digest: $0.1, size: 1, isRemote: false) },
            loaded: loaded.map { LoadedModel(model: $0, contextLength: nil, size: 1, sizeVRAM: 1, expiresAt: "") })
    }

    private static func table(_ shelves: [PoolLibrary.Shelf]) -> ModelTable {
        ModelTable(PoolLibrary(instances: shelves), placement())
    }

    @Test func `a box has it, has it loaded, lacks it, or has not said yet`() throws {
        let table = Self.table([
            Self.shelf("a", [("llama3.1:8b", "x"), ("phi3:latest", "p")], loaded: ["llama3.1:8b"]), Self.shelf("b", []),
            Self.shelf("c", nil),
        ])
        #expect(table.rows.map(\.model) == ["llama3.1:8b", "phi3:latest"])
        let cells = table.rows[0].cells
        #expect(cells.map(\.has) == [true, false, nil])
        #expect(cells.map(\.isExpected) == [true, true, false])
        #expect(cells.map(\.isLoaded) == [true, false, false])
        #expect(table.rows[1].cells.map(\.isExpected) == [false, false, false])
    }

    @Test func `the content that most boxes have is the row's, and the others differ`() {
        let most = Self.table([
            Self.shelf("a", [("x:latest", "1")]), Self.shelf("b", [("x:latest", "2")]),
            Self.shelf("c", [("x:latest", "2")]),
        ])
        let row = most.rows.first { $0.model == "x:latest" }
        #expect(row?.digest == "2")
        #expect(row?.cells.map(\.differs) == [true, false, false])
        // Of equals the first.
        let even = Self.table([
            Self.shelf("a", [("x:latest", "1")]), Self.shelf("b", [("x:latest", "2")]), Self.shelf("c", []),
        ])
        #expect(even.rows.first { $0.model == "x:latest" }?.digest == "1")
    }

    @Test func `a model that should be somewhere has a row though no box has it`() {
        let table = Self.table([Self.shelf("a", []), Self.shelf("b", []), Self.shelf("c", [])])
        #expect(table.rows.map(\.model) == ["llama3.1:8b"] && table.rows[0].digest == nil)
        #expect("\(table.json)".contains(#""instance":"b","has":false,"expected":true,"loaded":false,"digest":null"#))
    }
}
