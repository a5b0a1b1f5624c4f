import Testing

@testable import Gateway

@Suite struct AdmissionTests {
    @Test(arguments: [nil, "", "Bearer anything", "nonsense"] as [String?])
    func `without a master key everyone is let in`(credential: String?) {
        #expect(Admission(masterKey: nil, seed: 1).admits(credential) == nil)
    }

    @Test(arguments: ["Bearer sk-secret", "bearer sk-secret", "Basic sk-secret", "sk-secret"])
    func `the master key is accepted in every form it is sent in`(credential: String) {
        #expect(Admission(masterKey: "sk-secret", seed: 1).admits(credential) == nil)
    }

    @Test(
        arguments: [nil, "", "Bearer", "Bearer ", "Bearer sk-secre", "Bearer sk-secret2", "Bearer sk-Secret"]
            as [String?])
    func `anything else is refused, and the message does not hold the key`(credential: String?) throws {
        let error = try #require(Admission(masterKey: "sk-secret", seed: 1).admits(credential))
        #expect(error.status == 401)
        #expect(error.code == "invalid_api_key")
        #expect(!error.message.contains("sk-"))
    }

    @Test func `tells clients apart by their credential, whatever scheme stands before it`() {
        let admission = Admission(masterKey: nil, seed: 1)
        #expect(admission.flow(of: String?.none) == 0)
        #expect(admission.flow(of: "") == 0)
        let one = admission.flow(of: "Bearer sk-one")
        #expect(one != 0)
        #expect(one == admission.flow(of: "sk-one"))
        #expect(one != admission.flow(of: "Bearer sk-two"))
        #expect(one != Admission(masterKey: nil, seed: 2).flow(of: "Bearer sk-one"))
    }
}
