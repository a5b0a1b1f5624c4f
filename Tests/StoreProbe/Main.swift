import Glibc

/// A gateway's ledger without the gateway, for what a test cannot do within its own process, and for figures.
///
///     StoreProbe write BOOK RUN RATE     settles RATE requests a second until it is killed; says on its output how many
///     StoreProbe fill BOOK ROWS          writes so many requests of thirty days
///     StoreProbe ask BOOK                how long it takes to load the book, and to answer what people ask
///     StoreProbe keys BOOK COUNT         makes so many keys; how long it takes to read them, and what they cost in memory
///
///     StoreProbe gateways ADDRESS N D    how long the word of one of N gateways takes that tell of D deployments each
///
/// A book is a file, or of all but the first the address of a PostgreSQL database.
@main struct Main {
    static func main() async throws {
        let words = CommandLine.arguments
        switch (words.count, words.dropFirst().first) {
        case (5, "write"): try await Load(book: words[2], run: words[3], rate: Int64(words[4]) ?? 1_000).run()
        case (4, "fill"): try await fill(words[2], rows: Int(words[3]) ?? 0)
        case (3, "ask"): try await ask(words[2])
        case (4, "keys"): try await keys(words[2], count: max(1, Int(words[3]) ?? 0))
        case (5, "gateways"):
            try await gateways(words[2], count: max(1, Int(words[3]) ?? 0), deployments: max(0, Int(words[4]) ?? 0))
        default:
            print("StoreProbe write BOOK RUN RATE | fill BOOK ROWS | ask BOOK | keys BOOK COUNT | gateways ADDRESS N D")
            exit(64)
        }
    }
}
