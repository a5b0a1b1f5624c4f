import LedgerStore

/// What an import would do, for people.
struct ImportReport {
    let taken: LiteLLMImport

    init(_ taken: LiteLLMImport) { self.taken = taken }

    /// A table of what there is, and a line for each thing that is lost.
    func text(coloured: Bool) -> String {
        var table = TextTable(["ROWS", "CARRIED OVER", "HERE ALREADY", "LEFT OUT"], numbers: [1, 2, 3])
        for kind in LiteLLMImport.Kind.allCases {
            guard let count = taken.counts[kind] else { continue }
            table.add(["\(kind.rawValue)s", "\(count.carried)", "\(count.present)", "\(count.left)"])
        }
        let notes = taken.notes.map { "\($0.kind.rawValue) \($0.object): \($0.text)".forTerminal + "\n" }
        return table.text(coloured: coloured) + (notes.isEmpty ? "" : "\nNot carried over:\n" + notes.joined())
    }
}

extension LiteLLMImport {
    /// Whether nothing is lost that anybody misses.
    var isWhole: Bool { !notes.contains(where: \.isLoss) }
}
