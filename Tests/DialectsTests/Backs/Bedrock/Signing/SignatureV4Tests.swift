import Foundation
import NIOCore
import Signing
import Testing

@testable import Dialects

/// A request signed by botocore; see `Fixtures/bedrock/signatures.py`.
struct SignatureVector: Decodable, Sendable, CustomTestStringConvertible {
    let name, access, secret, region, service, path, canonical, toSign, authorization: String
    let token: String?
    let time: Int
    let headers: [[String]]
    let body: String?
    let `repeat`: Int?

    var testDescription: String { name }

    static let all: [SignatureVector] = {
        let file = try! BedrockFixture.file("signatures.json")
        return try! JSONDecoder().decode([SignatureVector].self, from: Data(file.readableBytesView))
    }()

    var signature: SignatureV4 {
        SignatureV4(
            region: region, service: service,
            keys: UpstreamAccount.AWSKeys(
                accessKey: access, secretKey: secret, sessionToken: token, hash: CryptoHash.self))
    }

    var request: SignatureV4.Request {
        let body = Array(String(repeating: self.body ?? "", count: self.repeat ?? 1).utf8)
        return SignatureV4.Request(
            path: path, headers: headers.map { ($0[0], $0[1]) },
            bodyHash: body.withUnsafeBytes { signature.bodyHash($0) })
    }
}

@Suite struct SignatureV4Tests {
    @Test func `has vectors of AWS's suite and of Bedrock's requests`() {
        #expect(SignatureVector.all.count == 11)
        #expect(SignatureVector.all.contains { $0.token != nil && $0.path.contains("arn%3Aaws") })
    }

    @Test(arguments: SignatureVector.all)
    func `signs as botocore does`(_ vector: SignatureVector) throws {
        let time = AmazonTime(unixSeconds: vector.time)
        let signature = vector.signature
        let canonical = SignatureV4.canonicalRequest(vector.request, with: signature.dated(time))
        #expect(canonical == vector.canonical)
        #expect(signature.stringToSign(canonical, at: time) == vector.toSign)
        let headers = signature.headers(signing: vector.request, at: time)
        #expect(headers.last?.name == "authorization")
        #expect(headers.last?.value == vector.authorization)
        #expect(headers.map(\.name).contains("x-amz-security-token") == (vector.token != nil))
    }

    @Test func `headers are as long at any time, so that one can be written over another`() throws {
        let vector = try #require(SignatureVector.all.first { $0.token != nil })
        func lengths(_ seconds: Int) -> [Int] {
            vector.signature.headers(signing: vector.request, at: AmazonTime(unixSeconds: seconds))
                .map(\.value.utf8.count)
        }
        for seconds in [Int.min, 1, 951_782_400, 1_795_366_482, 253_402_300_799, Int.max] {
            #expect(lengths(seconds) == lengths(0))
        }
    }

    @Test func `an empty body has the hash of nothing`() throws {
        let signature = try #require(SignatureVector.all.first).signature
        #expect(
            signature.bodyHash(UnsafeRawBufferPointer(start: nil, count: 0))
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }
}
