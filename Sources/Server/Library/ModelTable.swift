import Balancer
import Dialects

/// The models of the boxes as a table: a row for each tag that a box has or should have, a cell for each box.
struct ModelTable {
    struct Row: Equatable {
        var model: String
        /// The content that most boxes have, of equals the first's; nil where none has it.
        var digest: String?
        var cells: [Cell]
    }

    struct Cell: Equatable {
        var box: String
        /// Nil where the box has not said yet what it has.
        var has: Bool?
        /// It should have it, by `drover.placement` or `model_list`.
        var isExpected = false
        var isLoaded = false
        var digest: String?
        /// It has another content than the row's.
        var differs = false
        var size: Int64 = 0
    }

    let boxes: [(name: String, state: String)]
    let rows: [Row]

    init(_ library: PoolLibrary, _ placement: ModelPlacement) {
        let shelves = placement.boxes.compactMap(library.shelf)
        boxes = shelves.map { ($0.instance, $0.state) }
        let expected = Dictionary(placement.expected.map { ($0.tag, Set($0.boxes)) }, uniquingKeysWith: { $1 })
        let listed = shelves.flatMap { $0.tags?.map(\.name) ?? [] }
        rows = Set(listed).union(expected.keys).sorted().map { model in
            Self.row(model, shelves, expected[model] ?? [])
        }
    }

    private static func row(_ model: String, _ shelves: [PoolLibrary.Shelf], _ expected: Set<String>) -> Row {
        var row = Row(model: model, digest: nil, cells: [])
        for shelf in shelves {
            let tag = shelf.tag(model)
            row.cells.append(
                Cell(
                    box: shelf.instance, has: shelf.tags == nil ? nil : tag != nil,
                    isExpected: expected.contains(shelf.instance),
                    isLoaded: shelf.loaded?.contains { $0.model == model } ?? false, digest: tag?.digest,
                    size: tag?.size ?? 0))
        }
        let digests = row.cells.compactMap(\.digest).filter { !$0.isEmpty }
        var best: (digest: String, count: Int)?
        for digest in digests {
            let count = digests.count { $0 == digest }
            if count > best?.count ?? 0 { best = (digest, count) }
        }
        row.digest = best?.digest
        for index in row.cells.indices {
            guard let digest = row.cells[index].digest, let common = best?.digest else { continue }
            row.cells[index].differs = !digest.isEmpty && digest != common
        }
        return row
    }

    var json: JSONText {
        .object([
            ("object", .string("pool.models")),
            (
                "boxes",
                .array(boxes.map { .object([("instance", .string($0.name)), ("state", .string($0.state))]) })
            ),
            ("models", .array(rows.map(\.json))),
        ])
    }
}

extension ModelTable.Row {
    fileprivate var json: JSONText {
        .object([
            ("model", .string(model)), ("digest", digest.map { .string($0) } ?? .null),
            ("boxes", .array(cells.map(\.json))),
        ])
    }
}

extension ModelTable.Cell {
    fileprivate var json: JSONText {
        .object([
            ("instance", .string(box)), ("has", has.map { .bool($0) } ?? .null), ("expected", .bool(isExpected)),
            ("loaded", .bool(isLoaded)), ("digest", digest.map { .string($0) } ?? .null),
            ("differs", .bool(differs)), ("size", .integer(Int(size))),
        ])
    }
}
