import Testing

@testable import PostgreSQL

@Suite struct PostgreSQLErrorTests {
    @Test(
        arguments: [
            ("08006", .unreachable), ("57P01", .unreachable), ("57P03", .unreachable), ("28P01", .unreachable),
            ("3D000", .unreachable), ("53300", .unreachable), ("53100", .full), ("40001", .conflict),
            ("40P01", .conflict),
            ("55P03", .conflict), ("25006", .readOnly), ("25P02", .fault), ("23505", .constraint), ("42601", .fault),
        ] as [(String, PostgreSQLError.Reason)])
    func `knows the kind of a state`(_ state: String, _ reason: PostgreSQLError.Reason) {
        let error = PostgreSQLError(state: state, message: "first\nsecond\n")
        #expect(error.reason == reason)
        #expect("\(error)" == "first second (SQLSTATE \(state))")
    }

    @Test func `a server that is not there is told as unreachable`() {
        let error = #expect(throws: PostgreSQLError.self) { try Session("host=127.0.0.1 port=1 sslmode=disable") }
        #expect(error?.reason == .unreachable && error?.state == "")
    }
}
