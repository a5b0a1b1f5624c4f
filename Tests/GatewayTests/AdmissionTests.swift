import Testing

@testable import Gateway

@Suite struct AdmissionTests {
    @Test(arguments: [nil, "", "Bearer anything", "nonsense"] as [String?])
    func `without a master key everyone is let in`(credential: String?) {
        #expect(Admission(masterKey: nil).admits(credential) == nil)
    }

    @Test(arguments: ["Bearer sk-secret", "bearer sk-secret", "Basic sk-secret", "sk-secret"])
    func `the master key is accepted in every form it is sent in`(credential: String) {
        #expect(Admission(masterKey: "sk-secret").admits(credential) == nil)
    }

    @Test(
        arguments: [nil, "", "Bearer", "Bearer ", "Bearer sk-secre", "Bearer sk-secret2", "Bearer sk-Secret"]
            as [String?])
    func `anything else is refused, and the message does not hold the key`(credential: String?) throws {
        let error = try #require(Admission(masterKey: "sk-secret").admits(credential))
        #expect(error.status == 401)
        #expect(error.code == "invalid_api_key")
        #expect(!error.message.contains("sk-"))
    }
}
