import Ledger
import Testing

/// Models among the rows, and the word that they have changed.
@Suite struct StoredModelTests {
    private let model = StoredModel(
        id: "m", name: "llama3", parameters: "{}", info: "{}", stamps: Stamps(at: Samples.wall(), by: "root"))

    @Test func `a change of a model is told, of whichever gateway it is`() async throws {
        let ledger = SpendLedger(try Samples.ledger())
        ledger.share()
        let now = LedgerTime(wall: Samples.wall(), ticks: 0)
        var news = ShareNews()
        news.isShared = true
        news.changes = [ShareNews.DatedChange(.putModel(model), at: Samples.wall())]
        _ = ledger.hear(news, of: ledger.report(at: now), at: now)
        #expect(ledger.rows.models == [model] && ledger.rows.model("m") == model)
        for await _ in ledger.modelChanges { break }
        try ledger.apply(.removeModel("m"), at: Samples.wall())
        #expect(ledger.rows.models.isEmpty)
        for await _ in ledger.modelChanges { break }
        #expect(ledger.image().models.isEmpty)
    }
}
