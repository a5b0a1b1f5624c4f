import Balancer
import Testing

@Suite struct WrittenQuantityTests {
    @Test(
        arguments: [
            ("500ms", 0.5), ("30s", 30), ("1.5m", 90), ("2h", 7200), ("1d", 86_400), ("5 s", 5), ("-1s", -1),
            ("5", nil),
            ("5S", nil), ("5w", nil), ("64MiB", nil),
        ] as [(String, Double?)])
    func `tells the seconds of a length of time`(_ text: String, _ seconds: Double?) {
        #expect(WrittenQuantity(text)?.seconds == seconds)
    }

    @Test(arguments: ["soon", "", "s", "nans", "infs", "1.2.3s", "+5s", "1e3s "])
    func `is nothing where no number stands before the unit`(_ text: String) {
        #expect(WrittenQuantity(text).map { $0.seconds == nil } ?? true)
    }

    @Test func `keeps what was written`() {
        let written = WrittenQuantity("1.50 MiB")
        #expect(written?.number == 1.5 && written?.digits == "1.50" && written?.unit == "MiB")
    }
}
