import Dialects
import Testing

@testable import Gateway

@Suite struct AdmissionTests {
    @Test(arguments: [nil, "", "Bearer anything", "nonsense"] as [String?])
    func `without a master key everyone is let in`(credential: String?) {
        #expect(throws: Never.self) { try Admission(masterKey: nil, seed: 1).admit(credential) }
    }

    @Test(arguments: [
        "Bearer sk-secret", "bearer sk-secret", "Basic sk-secret", "sk-secret", "Bearer  sk-secret",
        "Bearer \t sk-secret",
    ])
    func `the master key is accepted in every form it is sent in`(credential: String) {
        #expect(throws: Never.self) { try Admission(masterKey: "sk-secret", seed: 1).admit(credential) }
    }

    @Test(
        arguments: [nil, "", "Bearer", "Bearer ", "Bearer sk-secre", "Bearer sk-secret2", "Bearer sk-Secret"]
            as [String?])
    func `anything else is refused, and the message does not hold the key`(credential: String?) throws {
        let error = try #require(throws: GatewayError.self) {
            try Admission(masterKey: "sk-secret", seed: 1).admit(credential)
        }
        #expect(error.status == 401)
        #expect(error.code == "invalid_api_key")
        #expect(!error.message.contains("sk-"))
    }

    @Test func `tells clients apart by their credential, whatever scheme stands before it`() throws {
        let admission = Admission(masterKey: nil, seed: 1)
        #expect(try admission.admit(String?.none).flow == 0)
        #expect(try admission.admit("").flow == 0)
        let one = try admission.admit("Bearer sk-one").flow
        #expect(one != 0)
        #expect(try one == admission.admit("sk-one").flow)
        #expect(try one != admission.admit("Bearer sk-two").flow)
        #expect(try one != Admission(masterKey: nil, seed: 2).admit("Bearer sk-one").flow)
    }

    @Test func `the master key confines nothing`() throws {
        #expect(try Admission(masterKey: "sk-secret", seed: 1).admit("sk-secret").confinement.isEmpty)
    }

    @Test func `a head takes its caller, and of a refused one nothing but what tells it from others`() throws {
        let admission = Admission(masterKey: "sk-secret", seed: 1)
        var head = CallHead(callID: CallID(high: 1, low: 2), random: 3, front: .openAIChat)
        let refusal = head.take("Bearer sk-other", by: admission)
        #expect(refusal?.kind == .invalidKey)
        #expect(head.caller == admission.stranger("sk-other"))
        #expect(head.caller.flow != admission.stranger("sk-another").flow && head.caller.pass == nil)
        #expect(head.caller.confinement.isEmpty && admission.stranger(nil) == Caller())
        let admitted = head.take("Bearer sk-secret", by: admission)
        #expect(admitted == nil)
        #expect(try head.caller == admission.admit("sk-secret"))
    }
}

extension Admission {
    /// The same for text, as it stood in a header.
    fileprivate func admit(_ credential: String?) throws(GatewayError) -> Caller {
        guard var credential else { return try admit(UnsafeRawBufferPointer?.none) }
        let answer = credential.withUTF8 { bytes in
            Result { () throws(GatewayError) in try admit(UnsafeRawBufferPointer(bytes)) }
        }
        return try answer.get()
    }

    fileprivate func stranger(_ credential: String) -> Caller {
        var credential = credential
        return credential.withUTF8 { stranger(UnsafeRawBufferPointer($0)) }
    }
}

extension CallHead {
    fileprivate mutating func take(_ credential: String, by admission: Admission) -> GatewayError? {
        var credential = credential
        return credential.withUTF8 { take(UnsafeRawBufferPointer($0), by: admission) }
    }
}
