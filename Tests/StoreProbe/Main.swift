import Glibc

/// A gateway's ledger without the gateway, for what a test cannot do within its own process, and for figures.
///
///     StoreProbe write BOOK RUN RATE     settles RATE requests a second until it is killed; says on its output how many
///     StoreProbe fill BOOK ROWS          writes so many requests of thirty days
///     StoreProbe ask BOOK                how long it takes to load the book, and to answer what people ask
@main struct Main {
    static func main() async throws {
        let words = CommandLine.arguments
        switch (words.count, words.dropFirst().first) {
        case (5, "write"): try await Load(book: words[2], run: words[3], rate: Int64(words[4]) ?? 1_000).run()
        case (4, "fill"): try await fill(words[2], rows: Int(words[3]) ?? 0)
        case (3, "ask"): try await ask(words[2])
        default:
            print("StoreProbe write BOOK RUN RATE | fill BOOK ROWS | ask BOOK")
            exit(64)
        }
    }
}
