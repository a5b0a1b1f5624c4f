import Testing

@testable import Dialects

@Suite struct AmazonTimeTests {
    @Test(arguments: [
        (0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"), (951_782_400, "20000229T000000Z"),
        (1_440_938_160, "20150830T123600Z"), (1_709_251_199, "20240229T235959Z"), (1_709_251_200, "20240301T000000Z"),
        (1_798_761_599, "20261231T235959Z"), (4_107_542_400, "21000301T000000Z"),
        (253_402_300_799, "99991231T235959Z"), (253_402_300_800, "99991231T235959Z"), (-1, "19700101T000000Z"),
        (Int.max, "99991231T235959Z"), (Int.min, "19700101T000000Z"),
    ])
    func `writes the date of a second`(_ seconds: Int, _ expected: String) {
        let time = AmazonTime(unixSeconds: seconds)
        #expect(time.text == expected)
        #expect(time.day == expected.prefix(8))
    }
}
