import Gateway

/// What became of attempts that were late.
enum RequestHedge: Int, CaseIterable {
    /// Another instance was asked as well.
    case asked
    /// That one answered first.
    case won
    /// Another instance took the place of one that was late.
    case moved

    /// The word in metrics.
    var label: String {
        switch self {
        case .asked: "asked"
        case .won: "won"
        case .moved: "moved"
        }
    }

    func count(in record: RequestRecord) -> UInt64 {
        switch self {
        case .asked: UInt64(record.hedges)
        case .won: UInt64(record.hedgesWon)
        case .moved: UInt64(record.moves)
        }
    }
}
