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

    @Test func `of a refused caller nothing is known but what tells it from others`() throws {
        let admission = Admission(masterKey: "sk-secret", seed: 1)
        let (refused, refusal) = admission.receive("Bearer sk-other")
        #expect(refusal?.kind == .invalidKey)
        #expect(refused == admission.stranger("sk-other"))
        #expect(refused.flow != admission.stranger("sk-another").flow && refused.pass == nil)
        #expect(refused.confinement.isEmpty && admission.stranger(nil) == Caller())
        let (admitted, none) = admission.receive("Bearer sk-secret")
        #expect(none == nil)
        #expect(try admitted == admission.admit("sk-secret"))
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

    fileprivate func receive(_ credential: String) -> (caller: Caller, refusal: GatewayError?) {
        var credential = credential
        return credential.withUTF8 { receive(UnsafeRawBufferPointer($0)) }
    }
}
